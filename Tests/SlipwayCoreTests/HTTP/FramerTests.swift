import NIOCore
import SlipwayCore
import Testing

/// What of the framers the corpus cannot say, because it is not seen from outside.
@Suite(.timeLimit(.minutes(1)))
struct FramerTests {
  @Test
  func readsRequestLineAndFields() throws {
    var reader = WireReader()
    reader.receive(
      Array("GET http://b/x HTTP/1.1\r\nHost: a:1\r\nX-Y:  z \t\r\nE:\r\n\r\n".utf8)
    )
    let head = try #require(reader.heads.first)
    #expect(head.method == "GET")
    #expect(head.target == "http://b/x")
    #expect(head.host == "a:1")
    #expect(head.authority == "b")
    #expect(
      head.fields.map { "\($0.name)=\($0.value)" } == ["Host=a:1", "X-Y=z", "E="]
    )
    #expect(head.keepsAlive)
    #expect(head.minorVersion == 1)
    #expect(head.body == .none)
  }

  /// The connection relies on it: what is behind the head stays where it is.
  @Test
  func countsTheBytesOfTheHead() throws {
    let head = "\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
    var framer = HeadFramer(limits: WireReader.limits)
    guard case .complete(let found) = framer.frame(ByteBuffer(string: head + "abcGET")) else {
      Issue.record("no head")
      return
    }
    #expect(found.byteCount == head.utf8.count)
    #expect(found.body == .known(3))
  }

  @Test
  func takesNoMoreOfABodyThanIsAskedFor() {
    var framer = BodyFramer(.known(5))
    var input = ByteBuffer(string: "hello, world")
    var steps: [BodyFramer.Step] = []
    for maximum in [2, 100, 100] { steps.append(framer.next(from: &input, upTo: maximum)) }
    let parts = ["he", "llo"].map { BodyFramer.Step.bytes(ByteBuffer(string: $0)) }
    #expect(steps == parts + [.end([:])])
    #expect(framer.isComplete)
    #expect(String(buffer: input) == ", world")
  }

  @Test
  func staysMalformed() {
    var framer = BodyFramer(.unknown)
    var input = ByteBuffer(string: "zz\r\n3\r\nabc\r\n0\r\n\r\n")
    for _ in 0..<3 {
      let step = framer.next(from: &input, upTo: 100)
      #expect(step == .malformed)
    }
  }
}
