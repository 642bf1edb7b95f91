import CSlipwayABI

/// The functions that an application offers, copied from its table.
@safe struct ApplicationTable: @unchecked Sendable {
  // Sendable because the interface has the functions called on any thread of the gateway.
  private let context: UnsafeMutableRawPointer?
  private let handleFunction:
    @convention(c) (
      UnsafeMutableRawPointer?, OpaquePointer, UnsafePointer<slipway_request>
    ) -> Void
  private let shutdownFunction:
    (
      @convention(c) (
        UnsafeMutableRawPointer?, slipway_callback, UnsafeMutableRawPointer?
      ) -> Void
    )?

  /// Takes the functions out of what an entry point returned, if it is of this version.
  init(
    checking table: UnsafePointer<slipway_app>,
    of library: String
  ) throws(NativeError) {
    let memory = unsafe UnsafeRawPointer(table)
    // What precedes these is the same in all versions; what follows may not be there.
    let size = unsafe memory.load(as: Int.self)
    let version = unsafe memory.load(
      fromByteOffset: MemoryLayout<slipway_app>.offset(of: \.version) ?? 8,
      as: UInt32.self
    )
    guard version == SLIPWAY_ABI_VERSION else {
      throw .wrongVersion(library: library, version: version)
    }
    guard unsafe size >= MemoryLayout<slipway_app>.size else {
      throw .brokenTable(library: library, "its size is \(size)")
    }
    let handleOffset = unsafe MemoryLayout<slipway_app>.offset(of: \.handle) ?? 24
    guard unsafe memory.load(fromByteOffset: handleOffset, as: UInt.self) != 0 else {
      throw .brokenTable(library: library, "handle is NULL")
    }
    unsafe self.context = table.pointee.context
    unsafe self.handleFunction = table.pointee.handle
    unsafe self.shutdownFunction = table.pointee.shutdown
  }

  var canShutDown: Bool { unsafe shutdownFunction != nil }

  func handle(_ ticket: ExchangeTicket, _ request: UnsafePointer<slipway_request>) {
    guard let pointer = unsafe ticket.pointer else { return }
    unsafe handleFunction(context, pointer, request)
  }

  func shutdown(_ host: HostContext) {
    unsafe shutdownFunction?(
      context,
      { unsafe HostContext.registered($0)?.shutdownIsDone() },
      host.pointer
    )
  }
}
