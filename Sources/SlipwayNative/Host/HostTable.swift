import CSlipwayABI

/// Makes the table of functions that an application gets. It lives as long as the process image.
enum HostTable {
  /// What may be NULL against the header's word is optional here.
  private typealias Read =
    @convention(c) (
      OpaquePointer?, Int, slipway_read_callback?, UnsafeMutableRawPointer?
    ) -> Void
  private typealias Start =
    @convention(c) (
      OpaquePointer?, UnsafePointer<slipway_response>?
    ) -> Void
  private typealias Write =
    @convention(c) (
      OpaquePointer?, slipway_bytes, slipway_write_callback?, UnsafeMutableRawPointer?
    ) -> Void
  private typealias Finish =
    @convention(c) (
      OpaquePointer?, UnsafePointer<slipway_field>?, Int
    ) -> Void
  private typealias Respond =
    @convention(c) (
      OpaquePointer?, UnsafePointer<slipway_response>?, slipway_bytes
    ) -> Void
  private typealias Fail = @convention(c) (OpaquePointer?, slipway_bytes) -> Void
  private typealias WhenGone =
    @convention(c) (
      OpaquePointer?, slipway_gone_callback?, UnsafeMutableRawPointer?
    ) -> Void

  static func make(
    for context: HostContext,
    generation: UInt32,
    directory: String
  ) -> UnsafePointer<slipway_host> {
    let read: Read = { unsafe HostFunctions.read(ExchangeTicket($0), $1, $2, $3) }
    let start: Start = { unsafe HostFunctions.start(ExchangeTicket($0), $1) }
    let write: Write = { unsafe HostFunctions.write(ExchangeTicket($0), $1, $2, $3) }
    let finish: Finish = { unsafe HostFunctions.finish(ExchangeTicket($0), $1, $2) }
    let respond: Respond = { unsafe HostFunctions.respond(ExchangeTicket($0), $1, $2) }
    let fail: Fail = { unsafe HostFunctions.fail(ExchangeTicket($0), $1) }
    let whenGone: WhenGone = { unsafe HostFunctions.whenGone(ExchangeTicket($0), $1, $2) }

    let path = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: directory.utf8.count)
    _ = unsafe path.initialize(from: directory.utf8)
    let table = UnsafeMutablePointer<slipway_host>.allocate(capacity: 1)
    unsafe table.initialize(
      to: slipway_host(
        size: MemoryLayout<slipway_host>.size,
        version: SLIPWAY_ABI_VERSION,
        generation: generation,
        context: context.pointer,
        directory: slipway_bytes(start: path.baseAddress, count: path.count),
        log: { unsafe HostFunctions.log($0, $1, $2, $3) },
        read: withoutQuestionMarks(read),
        start: withoutQuestionMarks(start),
        write: withoutQuestionMarks(write),
        finish: withoutQuestionMarks(finish),
        respond: withoutQuestionMarks(respond),
        fail: withoutQuestionMarks(fail),
        when_gone: withoutQuestionMarks(whenGone)
      )
    )
    return unsafe UnsafePointer(table)
  }

  /// A function as the header declares it: a pointer that may be NULL is passed like one that may
  /// not.
  private static func withoutQuestionMarks<Function, Declared>(_ function: Function) -> Declared {
    unsafe unsafeBitCast(function, to: Declared.self)
  }
}
