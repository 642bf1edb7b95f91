import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What is sent goes to the socket at once as far as that takes it, and through the channel else.
@Suite(.timeLimit(.minutes(5)))
struct OutputTests {
  /// Pieces around all limits, none of which waits for the one before, to a client that takes them in
  /// small portions: some fit into the socket, some in part, some wait.
  @Test
  func piecesArriveInTheirOrder() throws {
    let sizes = [1, 70_000, 13, 16_384, 16_385, 2, 400_000, 5, 30_000, 1, 1]
    let rounds = 12
    let total = sizes.reduce(0, +) * rounds
    let content = (0..<total).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 9)) }
    let application = Answering { exchange in
      let head = ResponseHead(status: 200, fields: ["Content-Length": "\(total)"])
      exchange.start(head)
      var start = 0
      for size in (0..<rounds).flatMap({ _ in sizes }) {
        exchange.write(ByteBuffer(bytes: content[start..<start + size]))
        start += size
      }
      exchange.finish()
    }
    try withGateway(application) { server in
      let client = try RawClient(port: server.port, receiveBuffer: 8 * 1024)
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.head().status == 200)
        #expect(try client.bytes(total) == content)
        #expect(server.records.next()?.wasCut == false)
      }
    }
  }

  /// A completion that sends again is called from the loop, not from itself: the stack of an event
  /// loop would not take this many.
  @Test
  func whoSendsInEachCompletionDoesNotRecur() throws {
    let count = 50_000
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 200, fields: ["Content-Length": "\(count)"]))
      sendByte(exchange, left: count)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.head().status == 200)
      #expect(try client.bytes(count).allSatisfy { $0 == UInt8(ascii: "x") })
    }
  }

  /// Responses that are sent past the channel, between such as are not, on one connection.
  @Test
  func pipelinedResponsesArriveInTheirOrder() throws {
    let application = Answering { exchange in
      let count = Int(exchange.request.path.dropFirst()) ?? 0
      exchange.respond(
        ResponseHead(status: 200),
        body: ByteBuffer(repeating: UInt8(truncatingIfNeeded: count), count: count)
      )
    }
    let counts = [1, 20_000, 2, 3, 500_000, 4, 16_384, 5, 0, 6]
    try withGateway(application) { server in
      let client = try RawClient(port: server.port, receiveBuffer: 8 * 1024)
      try client.send(
        counts.map { "GET /\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined()
      )
      for count in counts {
        let body = try client.response().body
        #expect(body.count == count)
        #expect(body.allSatisfy { $0 == UInt8(truncatingIfNeeded: count) })
      }
    }
  }
}

private func sendByte(_ exchange: Exchange, left: Int) {
  guard left > 0 else { return exchange.finish() }
  exchange.write(ByteBuffer(string: "x")) { isSent in
    if isSent { sendByte(exchange, left: left - 1) }
  }
}
