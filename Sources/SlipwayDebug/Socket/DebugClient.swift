/// Who speaks on a connection to the debug socket. Every debugger speaks first, so its first bytes
/// tell.
package enum DebugClient: Sendable, Hashable, Codable {
  /// LLDB, in the gdb-remote protocol: it begins with an acknowledgement and asks for a connection
  /// without them.
  case lldb
  /// gdb, in the same protocol: it begins with what it supports.
  case gdb
  /// An editor, in the Debug Adapter Protocol. `adapterID` is what it wants to talk to.
  case dap(adapterID: String)

  /// What people call it.
  package var name: String {
    switch self {
    case .lldb: "LLDB"
    case .gdb: "gdb"
    case .dap: "an editor"
    }
  }

  /// What first bytes tell.
  package enum Recognition: Sendable, Hashable {
    case client(DebugClient)
    /// They can become anything, or are not whole.
    case undecided
    /// A browser, or whoever else speaks HTTP.
    case http
    case unknown
  }

  /// How many bytes are enough: more than editors send with `initialize`.
  package static let enoughBytes = 16_384

  /// Looks at the first bytes of a connection; more may follow.
  package static func recognize(_ bytes: [UInt8]) -> Recognition {
    for (greeting, client) in greetings {
      if bytes.starts(with: greeting) { return .client(client) }
      if greeting.starts(with: bytes) { return .undecided }
    }
    if methods.contains(where: { bytes.starts(with: $0) }) { return .http }
    switch DAPMessage.first(in: bytes) {
    case .message(let message, _):
      guard message.command == "initialize" else { return .unknown }
      return .client(.dap(adapterID: message.adapterID ?? ""))
    case .incomplete:
      return bytes.count < enoughBytes ? .undecided : .unknown
    case .malformed:
      return methods.contains(where: { $0.starts(with: bytes) }) ? .undecided : .unknown
    }
  }

  // gdb without its acknowledgement is gdb too, and so is LLDB.
  private static let greetings: [([UInt8], DebugClient)] = [
    (Array("+$QStartNoAckMode#".utf8), .lldb),
    (Array("$QStartNoAckMode#".utf8), .lldb),
    (Array("+$qSupported".utf8), .gdb),
    (Array("$qSupported".utf8), .gdb),
  ]

  /// RFC 9110, section 9, and what HTTP/2 begins with (RFC 9113, section 3.4).
  private static let methods =
    [
      "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ",
      "PRI ",
    ]
    .map { Array($0.utf8) }
}
