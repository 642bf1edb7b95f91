import FoundationEssentials

/// One request of the Debug Adapter Protocol: as much of it as matters here.
///
/// A message is a header field `Content-Length`, an empty line, and JSON of that length.
struct DAPMessage: Sendable, Hashable {
  let sequence: Int
  let command: String
  let adapterID: String?
  /// The process that is debugged is to end.
  let endsDebuggee: Bool

  enum Reading: Sendable, Hashable {
    /// A whole message, and how many bytes it takes.
    case message(DAPMessage, length: Int)
    case incomplete
    case malformed
  }

  /// No message that matters here is that long.
  static let limit = 1 << 20

  private struct Content: Decodable {
    struct Arguments: Decodable {
      var adapterID: String?
      var terminateDebuggee: Bool?
    }
    var seq: Int?
    var command: String?
    var arguments: Arguments?
  }

  /// Reads the message that `bytes` begin with.
  static func first(in bytes: [UInt8]) -> Reading {
    let end = Array("\r\n\r\n".utf8)
    let field = Array("Content-Length:".utf8)
    guard bytes.count >= field.count else {
      return field.starts(with: bytes) ? .incomplete : .malformed
    }
    guard bytes.starts(with: field) else { return .malformed }
    // The header is short: whoever sends more of it is not an editor.
    guard let headerEnd = bytes.prefix(256).firstRange(of: end) else {
      return bytes.count < 256 ? .incomplete : .malformed
    }
    let value = String(decoding: bytes[field.count..<headerEnd.lowerBound], as: UTF8.self)
      .split(separator: "\r\n").first?
      .trimmingPrefix { $0 == " " }
    guard let value, let count = Int(value), (1...limit).contains(count) else { return .malformed }
    let rest = bytes[headerEnd.upperBound...]
    guard rest.count >= count else { return .incomplete }
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(rest.prefix(count)))
    else { return .malformed }
    return .message(
      DAPMessage(
        sequence: content.seq ?? 0,
        command: content.command ?? "",
        adapterID: content.arguments?.adapterID,
        endsDebuggee: content.command == "terminate"
          || (content.command == "disconnect" && content.arguments?.terminateDebuggee == true)
      ),
      length: headerEnd.upperBound + count
    )
  }

  private struct Disconnection: Encodable {
    struct Arguments: Encodable {
      var terminateDebuggee = false
    }
    var seq: Int
    var type = "request"
    var command = "disconnect"
    var arguments = Arguments()
  }

  /// In place of this request: that the session be ended, and nothing else.
  var disconnection: [UInt8] { Self.encoded(Disconnection(seq: sequence)) }

  private static func encoded(_ content: some Encodable) -> [UInt8] {
    guard let content = try? JSONEncoder().encode(content) else { return [] }
    return Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content
  }

  private struct Refusal: Encodable {
    struct Body: Encodable {
      struct Message: Encodable {
        var id = 1
        var format: String
        var showUser = true
      }
      var error: Message
    }
    var seq = 1
    var type = "response"
    var requestSequence: Int
    var success = false
    var command: String
    var message: String
    var body: Body

    enum CodingKeys: String, CodingKey {
      case seq, type, success, command, message, body
      case requestSequence = "request_seq"
    }
  }

  /// The response that has the editor show `reason` in place of a session.
  func refusal(because reason: String) -> [UInt8] {
    let refusal = Refusal(
      requestSequence: sequence,
      command: command,
      message: reason,
      body: .init(error: .init(format: reason))
    )
    return Self.encoded(refusal)
  }
}
