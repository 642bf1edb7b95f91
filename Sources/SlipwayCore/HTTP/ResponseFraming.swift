import NIOCore
import NIOHTTP1

/// How the body of one response is delimited (RFC 9112, section 6), and its head as bytes.
///
/// The application's fields are passed on except those that belong to the connection; names and
/// values are checked, so that nothing an application puts in a field can split the response.
struct ResponseFraming {
  enum Body: Equatable {
    /// The response has none: to HEAD, or with status 204, 205 or 304.
    case none
    /// Content-Length: this many bytes are to come.
    case counted(Int)
    case chunked
    /// HTTP/1.0 without a length: the end of the connection is the end of the body.
    case untilClose
    /// None, with status 101: what follows are the bytes of another protocol.
    case tunnel
  }

  /// What of the request and the connection the framing depends on.
  struct Conditions {
    var isHead: Bool
    var minorVersion: Int
    /// Whether the connection is to be used further.
    var keepsAlive: Bool
    /// The size of the body where the whole of it is at hand.
    var wholeBody: Int?
    /// A whole `Date` line.
    var date: String
    /// A whole `Slipway-Generation` line, or empty.
    var generation: String
    /// The protocols that the request offers to switch to.
    var offered: String?
    /// Whether the last byte of the request has been taken.
    var isRequestRead = true
  }

  /// Why a head cannot be sent: a sentence for the application's developer.
  struct InvalidHead: Error {
    var message: String
    var code = "SW022"
  }

  private(set) var body: Body
  private(set) var keepsAlive: Bool

  /// Appends the head to `output`.
  init(
    _ head: ResponseHead,
    _ conditions: Conditions,
    into output: inout ByteBuffer
  ) throws(InvalidHead) {
    // The status line, and what the framing adds.
    let fixed = 256
    let room =
      fixed + head.fields.sentRoom + conditions.date.utf8.count + conditions.generation.utf8.count
    let framing = output.write(upTo: room) { writer in
      Result { () throws(InvalidHead) in try ResponseFraming(head, conditions, &writer) }
    }
    self = try framing.get()
  }

  private init(
    _ head: ResponseHead,
    _ conditions: Conditions,
    _ output: inout HeadWriter
  ) throws(InvalidHead) {
    guard (200...599).contains(head.status) || head.status == 101 else {
      throw InvalidHead(
        message: "The status \(head.status) is neither 101 nor one of 200 to 599."
      )
    }
    keepsAlive = conditions.keepsAlive
    output.write(statusLine: head.status)
    let start = output.count
    var fields = Fields()
    try fields.pass(head, into: &output)
    if !fields.named.isEmpty {
      // Seldom, and those named may stand before the field that names them: once more without them.
      output.cut(to: start)
      fields = Fields(named: fields.named, asksToClose: fields.asksToClose)
      try fields.pass(head, into: &output)
    }
    if fields.asksToClose { keepsAlive = false }

    let hasBody = !conditions.isHead && ![204, 205, 304].contains(head.status)
    if let whole = conditions.wholeBody, hasBody, let length = fields.length, length != whole {
      throw InvalidHead(
        message: "Content-Length says \(length), but the body has \(whole) bytes."
      )
    }
    if head.status == 101 {
      try conditions.checkSwitch(to: fields.upgrade)
      body = .tunnel
      keepsAlive = false
    } else if head.status == 205 {
      // RFC 9110, section 15.3.6.
      output.write("Content-Length: 0\r\n")
      body = .none
    } else if let length = fields.length {
      body = hasBody ? .counted(length) : .none
    } else if let whole = conditions.wholeBody, head.status != 204, head.status != 304 {
      output.write("Content-Length: ")
      output.write(decimal: whole)
      output.write("\r\n")
      body = hasBody ? .counted(whole) : .none
    } else if !hasBody {
      body = .none
    } else if conditions.minorVersion == 1 {
      output.write("Transfer-Encoding: chunked\r\n")
      body = .chunked
    } else {
      body = .untilClose
      keepsAlive = false
    }

    if !fields.hasDate { output.write(conditions.date) }
    output.write(conditions.generation)
    if fields.upgrade != nil {
      output.write("Connection: upgrade\r\n")
    }
    if body == .tunnel {
      // The connection lives on, for the other protocol.
    } else if !keepsAlive {
      output.write("Connection: close\r\n")
    } else if conditions.minorVersion == 0 {
      output.write("Connection: keep-alive\r\n")
    }
    output.write("\r\n")
  }

  /// Takes account of body bytes that are about to be sent; false if there are too many.
  mutating func account(for count: Int) -> Bool {
    guard case .counted(let left) = body else { return true }
    guard count <= left else { return false }
    body = .counted(left - count)
    return true
  }

  /// The fields of an application on their way to the client.
  private struct Fields {
    /// Fields that belong to the connection because Connection says so (RFC 9110, section 7.6.1).
    var named: Set<String> = []
    var length: Int?
    var hasDate = false
    var asksToClose = false
    /// The protocols that the response names, as a list.
    var upgrade: String?

    /// Passes all fields of a head on but those that are `named` already.
    mutating func pass(_ head: ResponseHead, into output: inout HeadWriter) throws(InvalidHead) {
      let known = named
      try head.fields.withUnsafeBytes { bytes throws(InvalidHead) in
        for line in head.fields.lines {
          if !known.isEmpty, known.contains(bytes.text(in: line.name).lowercased()) { continue }
          try pass(line, of: bytes, status: head.status, into: &output)
        }
      }
    }

    private mutating func pass(
      _ line: FieldLine,
      of bytes: UnsafeRawBufferPointer,
      status: Int,
      into output: inout HeadWriter
    ) throws(InvalidHead) {
      guard line.hasTokenForName(in: bytes) else {
        let name = bytes.text(in: line.name)
        throw InvalidHead(message: "The field name \(name.debugDescription) is not a token.")
      }
      guard line.hasTextForValue(in: bytes) else {
        let name = bytes.text(in: line.name)
        throw InvalidHead(
          message: "The value of the field \(name) contains a control character."
        )
      }
      switch line.name.count {
      case 2, 7, 10, 16, 17, 18:
        switch bytes.text(in: line.name).lowercased() {
        case "connection":
          let value = bytes.text(in: line.value)
          for option in value.lowercased().split(whereSeparator: { ", \t".contains($0) }) {
            switch option {
            case "close": asksToClose = true
            // Goes with Upgrade, which is passed on or not by the status.
            case "upgrade": break
            default: named.insert(String(option))
            }
          }
          return
        case "upgrade":
          // RFC 9110, section 15.5.22: a response with status 426 says what is required.
          guard status == 101 || status == 426 else { return }
          let value = bytes.text(in: line.value)
          upgrade = upgrade.map { "\($0), \(value)" } ?? value
        case "keep-alive", "proxy-connection", "te", "transfer-encoding", "slipway-generation":
          return
        default: break
        }
      case 4: hasDate = hasDate || line.isNamed("date", in: bytes)
      case 14 where line.isNamed("content-length", in: bytes):
        guard let number = Int(digits: bytes[line.value]), length == nil || length == number else {
          let value = bytes.text(in: line.value)
          throw InvalidHead(message: "Content-Length is not one number: \(value.debugDescription).")
        }
        // RFC 9110, section 8.6: not with 101 and 204; 205 gets its own.
        guard length == nil, status != 101, status != 204, status != 205 else { return }
        length = number
      default: break
      }
      output.write(line, of: bytes)
    }
  }
}

extension HeadWriter {
  fileprivate mutating func write(statusLine status: Int) {
    if status == 200 {
      write("HTTP/1.1 200 OK\r\n")
    } else {
      let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
      write("HTTP/1.1 \(status) \(reason)\r\n")
    }
  }
}

extension ByteBuffer {
  /// Appends the line that precedes the bytes of a chunk.
  mutating func writeChunkHead(_ count: Int) {
    writeString(String(count, radix: 16))
    writeStaticString("\r\n")
  }

  /// Appends the last chunk and the trailer section; nothing and false if a trailer is not fit to
  /// be sent. Fields that frame or route are left out (RFC 9110, section 6.5.1).
  mutating func writeLastChunk(_ trailers: FieldSection?) -> Bool {
    let trailers = trailers ?? [:]
    let ends = 5
    return write(upTo: ends + trailers.sentRoom) { writer in
      writer.write("0\r\n")
      let areFit = trailers.withUnsafeBytes { bytes in
        for line in trailers.lines {
          guard line.hasTokenForName(in: bytes), line.hasTextForValue(in: bytes) else {
            return false
          }
          switch bytes.text(in: line.name).lowercased() {
          case "content-length", "transfer-encoding", "host", "connection", "trailer": continue
          default: writer.write(line, of: bytes)
          }
        }
        return true
      }
      if areFit { writer.write("\r\n") } else { writer.cut(to: 0) }
      return areFit
    }
  }
}
