import NIOCore
import SlipwayCore

/// What the gateway's parsers make of the bytes of a connection, in the words of the corpus: the
/// framers and the mount table as a connection uses them, without a connection.
struct WireReader {
  static let limits = HeadFramer.Limits(head: 1000, requestLine: 300, fields: 20)
  static let bodyLimit = 1000

  /// A request that has been read to its end.
  struct Message: Equatable {
    var method: String
    var target: String
    var body: [UInt8]
    /// Where in the bytes of the connection it ends.
    var end: Int
  }

  private(set) var messages: [Message] = []
  private(set) var heads: [RequestHead] = []
  private var answers: [CorpusEntry.Outcome] = []
  private var framer = HeadFramer(limits: limits)
  private var input = ByteBuffer()
  private var received = 0
  private var isClosed = false
  private var current: Current?

  private struct Current {
    var head: RequestHead
    var framer: BodyFramer
    var body: [UInt8] = []
    /// The request was answered without its body, which is dropped.
    var isAnswered = false
  }

  private static let mounts = MountTable([Mount(prefix: "/", kind: "test", target: "test")])

  /// What has come of the bytes so far.
  var outcomes: [CorpusEntry.Outcome] {
    let state: CorpusEntry.Outcome =
      isClosed
      ? .closed
      : current != nil ? .waitsForBody : input.readableBytes > 0 ? .waitsForHead : .open
    return answers + [state]
  }

  mutating func receive(_ bytes: some Sequence<UInt8>) {
    let before = input.writerIndex
    input.writeBytes(bytes)
    received += input.writerIndex - before
    while !isClosed, step() {}
  }

  private mutating func step() -> Bool {
    guard current == nil else { return stepInBody() }
    guard input.readableBytes > 0 else { return false }
    switch framer.frame(input) {
    case .incomplete: return false
    case .refused(let refusal): end(with: .status(refusal.status))
    case .complete(let head):
      heads.append(head)
      input.moveReaderIndex(forwardBy: head.byteCount)
      begin(head)
    }
    return true
  }

  private mutating func begin(_ head: RequestHead) {
    var body = BodyFramer(head.body)
    body.limit = Self.bodyLimit
    var request = Current(head: head, framer: body)
    if head.method == "OPTIONS" && head.target == "*" {
      answers.append(.status(204))
      request.isAnswered = true
    } else if case .invalid = Self.mounts.resolve(head.target) {
      return end(with: .status(400))
    } else if case .known(let length) = head.body, length > Self.bodyLimit {
      answers.append(.status(413))
      request.isAnswered = true
    }
    // A client that waits to be told to continue has not sent the body, and may not any more.
    if request.isAnswered, head.expectsContinue { return end(with: nil) }
    current = request
  }

  private mutating func stepInBody() -> Bool {
    guard var request = current else { return false }
    let step = request.framer.next(from: &input, upTo: 1000)
    // Also where it needs more: the framer may have come further without a step to show for it.
    current = request
    switch step {
    case .needsMore: return false
    case .bytes(let bytes):
      request.body += Array(bytes.readableBytesView)
      current = request
    case .tooLarge: end(with: .status(413))
    case .malformed: end(with: .status(400))
    case .end(let trailers):
      let head = request.head
      messages.append(
        Message(
          method: head.method,
          target: head.target,
          body: request.body,
          end: received - input.readableBytes
        )
      )
      if !request.isAnswered {
        let text = CorpusEntry.description(
          method: head.method,
          target: head.target,
          authority: head.authority,
          body: request.body,
          trailers: trailers.map { ($0.name, $0.value) }
        )
        answers.append(.request(text))
      }
      if !head.keepsAlive { isClosed = true }
      current = nil
    }
    return true
  }

  private mutating func end(with answer: CorpusEntry.Outcome?) {
    if let answer { answers.append(answer) }
    isClosed = true
    current = nil
  }
}
