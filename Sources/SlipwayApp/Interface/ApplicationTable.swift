import CSlipwayABI

/// Makes the table of functions that the entry point returns. Both the table and what its `context`
/// refers to live as long as the process image.
enum ApplicationTable {
  static func make(for application: any Application, host: HostTable) -> UnsafeRawPointer {
    let service = Service(application: application, host: host)
    return unsafe place(
      slipway_app(
        size: MemoryLayout<slipway_app>.size,
        version: SLIPWAY_ABI_VERSION,
        context: Unmanaged.passRetained(service).toOpaque(),
        handle: { context, ticket, request in
          unsafe Service.at(context)?.handle(ticket, request)
        },
        shutdown: { context, done, doneContext in
          guard let service = unsafe Service.at(context) else { return unsafe done(doneContext) }
          let finished = unsafe Done(callback: done, context: doneContext)
          Task {
            await service.application.shutdown()
            finished()
          }
        }
      )
    )
  }

  /// A table that only says which version of the interface the library speaks.
  static func refusing() -> UnsafeRawPointer {
    unsafe place(
      slipway_app(
        size: MemoryLayout<slipway_app>.size,
        version: SLIPWAY_ABI_VERSION,
        context: nil,
        handle: { _, _, _ in },
        shutdown: nil
      )
    )
  }

  private static func place(_ table: slipway_app) -> UnsafeRawPointer {
    let memory = UnsafeMutablePointer<slipway_app>.allocate(capacity: 1)
    unsafe memory.initialize(to: table)
    return UnsafeRawPointer(memory)
  }

  /// The gateway's wish to hear of the end of a shutdown.
  @safe private struct Done: @unchecked Sendable {
    // Sendable because the gateway allows the call on any thread.
    let callback: slipway_callback
    let context: UnsafeMutableRawPointer?

    func callAsFunction() {
      unsafe callback(context)
    }
  }
}
