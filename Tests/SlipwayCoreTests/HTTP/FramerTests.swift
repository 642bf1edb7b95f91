import NIOCore
import NIOHTTP1
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What the two framers together make of the bytes of a connection.
private enum Piece: Equatable {
  case head(RequestHead)
  case body([UInt8])
  case end(trailers: [String])
  case refused(status: Int)
  case malformed
}

/// Frames as a connection does: what has arrived so far, again and again.
private struct Framing {
  private var head = HeadFramer(limits: .init(head: 400, requestLine: 120, fields: 8))
  private var body: BodyFramer?
  private var input = ByteBuffer()
  private(set) var pieces: [Piece] = []
  private var isOver = false

  mutating func receive(_ bytes: some Sequence<UInt8>) {
    guard !isOver else { return }
    input.writeBytes(bytes)
    while step() {}
  }

  private mutating func step() -> Bool {
    if var framer = body {
      let step = framer.next(from: &input, upTo: 1000)
      body = framer
      switch step {
      case .needsMore: return false
      case .bytes(let bytes): add(Array(bytes.readableBytesView))
      case .end(let trailers):
        pieces.append(.end(trailers: trailers.map { "\($0.name)=\($0.value)" }))
        body = nil
      case .malformed:
        pieces.append(.malformed)
        isOver = true
        return false
      }
      return true
    }
    guard input.readableBytes > 0 else { return false }
    switch head.frame(input) {
    case .incomplete: return false
    case .complete(let complete):
      pieces.append(.head(complete))
      input.moveReaderIndex(forwardBy: complete.byteCount)
      body = BodyFramer(complete.body)
      return true
    case .refused(let refusal):
      pieces.append(.refused(status: refusal.status))
      isOver = true
      return false
    }
  }

  /// Where a body is cut into reads is not the framer's business.
  private mutating func add(_ bytes: [UInt8]) {
    if case .body(let before)? = pieces.last {
      pieces[pieces.count - 1] = .body(before + bytes)
    } else {
      pieces.append(.body(bytes))
    }
  }
}

@Suite(.timeLimit(.minutes(1)))
struct FramerTests {
  static let corpus: [String] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\nGET /x?y=z HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "5;a=b\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n",
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    "GET /" + String(repeating: "a", count: 200) + " HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 500) + "\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 9) + "\r\n",
    "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\n\n",
    "\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
  ]

  @Test(arguments: corpus)
  func framesTheSameHoweverTheBytesAreCut(text: String) {
    let bytes = Array(text.utf8)
    var whole = Framing()
    whole.receive(bytes)
    #expect(!whole.pieces.isEmpty)
    for cut in 0...bytes.count {
      var parts = Framing()
      parts.receive(bytes[..<cut])
      parts.receive(bytes[cut...])
      #expect(parts.pieces == whole.pieces, "cut at \(cut)")
    }
    var single = Framing()
    for byte in bytes { single.receive([byte]) }
    #expect(single.pieces == whole.pieces)
  }

  @Test
  func readsRequestLineAndFields() throws {
    var framing = Framing()
    framing.receive(
      Array("GET http://b/x HTTP/1.1\r\nHost: a:1\r\nX-Y:  z \t\r\nE:\r\n\r\n".utf8)
    )
    guard case .head(let head)? = framing.pieces.first else {
      Issue.record("no head")
      return
    }
    #expect(head.method == "GET")
    #expect(head.target == "http://b/x")
    #expect(head.host == "a:1")
    #expect(head.fields == ["Host": "a:1", "X-Y": "z", "E": ""])
    #expect(head.keepsAlive)
    #expect(framing.pieces.last == .end(trailers: []))
  }

  /// Each of these ends somewhere else for a server and a proxy that read it differently.
  @Test(arguments: [
    ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nb\r\n\r\n", 400),
    ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    ("GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /\r\nHost: a\r\n\r\n", 400),
    ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ("PRI * HTTP/2.0\r\n\r\n", 505),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
    (
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      400
    ),
    ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417),
  ])
  func refusesWhatCouldBeReadTwoWays(text: String, status: Int) {
    var framing = Framing()
    framing.receive(Array(text.utf8))
    #expect(framing.pieces == [.refused(status: status)])
  }

  @Test(arguments: [
    "5\r\nhello!\r\n", "5\nhello\r\n", "5\r\nhello\n", "5 \r\nhello\r\n", " 5\r\nhello\r\n",
    "-5\r\nhello\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", "\r\nhello\r\n", "g\r\n",
    "FFFFFFFFFFFFFFFF\r\n", "7FFFFFFFFFFFFFFFF\r\n", "5;\u{1}\r\nhello\r\n", "5\rx\nhello\r\n",
    "0\r\nContent-Length: 1\r\n\r\n", "0\r\nX : 1\r\n\r\n", "0\r\n folded\r\n\r\n", "0\r\nx\n\r\n",
  ])
  func refusesMalformedChunks(body: String) {
    var framing = Framing()
    framing.receive(
      Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)".utf8)
    )
    #expect(framing.pieces.last == .malformed)
  }

  @Test
  func boundsTheSizeOfChunkLines() {
    var framing = Framing()
    framing.receive(
      Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;".utf8)
    )
    framing.receive([UInt8](repeating: UInt8(ascii: "x"), count: 5000))
    #expect(framing.pieces.last == .malformed)
  }

  @Test(arguments: 0..<8)
  func neverTrapsOnGarbage(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      var bytes = Array((Self.corpus.randomElement(using: &random) ?? "").utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let index = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(.random(in: 0...255, using: &random), at: index)
        }
      }
      var whole = Framing()
      whole.receive(bytes)
      var parts = Framing()
      let cut = Int.random(in: 0...bytes.count, using: &random)
      parts.receive(bytes[..<cut])
      parts.receive(bytes[cut...])
      #expect(parts.pieces == whole.pieces)
    }
  }
}
