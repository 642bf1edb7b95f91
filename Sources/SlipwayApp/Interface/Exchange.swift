import CSlipwayABI
import HTTPTypes

/// The ticket of one exchange, and the functions that take it.
@safe struct Exchange: @unchecked Sendable {
  // Sendable because the gateway allows calls on any thread, and the ticket is not an address.
  private let ticket: OpaquePointer
  private let host: HostTable

  init(_ ticket: OpaquePointer, host: HostTable) {
    unsafe self.ticket = ticket
    self.host = host
  }

  func read(
    upTo maximum: Int,
    _ callback: slipway_read_callback,
    context: UnsafeMutableRawPointer
  ) {
    unsafe host.functions.pointee.read(ticket, maximum, callback, context)
  }

  func start(status: Int, fields: HTTPFields) {
    unsafe withResponse(status: status, fields: fields) {
      unsafe host.functions.pointee.start(ticket, $0)
    }
  }

  func write(
    _ bytes: slipway_bytes,
    _ callback: slipway_write_callback,
    context: UnsafeMutableRawPointer
  ) {
    unsafe host.functions.pointee.write(ticket, bytes, callback, context)
  }

  /// Sends bytes whose outcome nobody waits for.
  func post(_ bytes: [UInt8]) {
    unsafe withABIBytes(of: bytes) { unsafe host.functions.pointee.write(ticket, $0, nil, nil) }
  }

  func finish(trailers: HTTPFields) {
    unsafe trailers.withABIFields { unsafe host.functions.pointee.finish(ticket, $0, $1) }
  }

  func respond(status: Int, fields: HTTPFields, body: slipway_bytes) {
    unsafe withResponse(status: status, fields: fields) {
      unsafe host.functions.pointee.respond(ticket, $0, body)
    }
  }

  func fail(_ message: String) {
    unsafe withABIBytes(of: message) { unsafe host.functions.pointee.fail(ticket, $0) }
  }

  func whenGone(_ callback: slipway_gone_callback, context: UnsafeMutableRawPointer) {
    unsafe host.functions.pointee.when_gone(ticket, callback, context)
  }

  private func withResponse(
    status: Int,
    fields: HTTPFields,
    _ body: (UnsafePointer<slipway_response>) -> Void
  ) {
    unsafe fields.withABIFields { lines, count in
      var response = unsafe slipway_response(
        size: MemoryLayout<slipway_response>.size,
        status: UInt16(clamping: status),
        fields: lines,
        field_count: count
      )
      unsafe body(&response)
    }
  }
}
