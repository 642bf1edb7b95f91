import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LimitTests {
  @Test(arguments: [
    ("GET /\(String(repeating: "a", count: 400)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 2000))\r\n\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 30))\r\n", 431),
    ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("\u{16}\u{3}\u{1}", 400),
  ])
  func refusesAndCloses(request: String, status: Int) throws {
    try withGateway(
      .echo,
      configure: {
        $0.requestLineLimit = 300
        $0.headLimit = 1000
        $0.fieldLimit = 20
      }
    ) { server in
      let client = try server.connect()
      try client.send(request)
      // What comes behind must neither be taken for a request nor reset the answer away.
      try client.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(response.status == status)
      #expect(response["connection"] == "close")
      #expect(try client.rest().isEmpty)
      #expect(server.records.next()?.status == status)
    }
  }

  @Test
  func givesUpOnASlowHead() throws {
    try withGateway(.echo, configure: { $0.headTimeout = .milliseconds(50) }) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHo")
      #expect(try client.response().status == 408)
    }
  }

  @Test
  func closesIdleConnections() throws {
    try withGateway(.echo, configure: { $0.idleTimeout = .milliseconds(50) }) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().status == 200)
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func refusesConnectionsAboveTheLimit() throws {
    try withGateway(.echo, configure: { $0.maximumConnections = 1 }) { server in
      let first = try server.connect()
      try first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try first.response().text == "GET /1 ")
      let second = try server.connect()
      try second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try second.response()
      #expect(response.status == 503)
      #expect(response["retry-after"] == "1")
      #expect(response["connection"] == "close")
      #expect(response.text.contains("SW140"))
      #expect(try second.rest().isEmpty)
      // The one that was there first is not touched.
      try first.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try first.response().text == "GET /3 ")
    }
  }

  @Test
  func leavesConnectionsFarAboveTheLimitInTheBacklog() throws {
    try withGateway(
      .echo,
      configure: {
        $0.maximumConnections = 1
        $0.surplusConnections = 0
      }
    ) { server in
      let first = try server.connect()
      try first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try first.response().text == "GET /1 ")
      let second = try server.connect()
      try second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(second.isSilent(for: 150))
      first.close()
      #expect(try second.response().text == "GET /2 ")
    }
  }

  @Test
  func readsNoFasterThanTheApplication() throws {
    let exchanges = Arrivals<Exchange>()
    try withGateway(Answering { exchanges.send($0) }) { server in
      let client = try server.connect()
      let size = 64 * 1024 * 1024
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
      let exchange = try #require(exchanges.next())
      let block = [UInt8](repeating: 1, count: 1024 * 1024)
      var sent = 0
      // Until the kernel's buffers are full and stay so.
      var isFull = false
      while sent < size, !isFull {
        var count = client.sendWithoutWaiting(block)
        if count == 0 {
          _ = client.isSilent(for: 100)
          count = client.sendWithoutWaiting(block)
          isFull = count == 0
        }
        sent += count
      }
      #expect(sent < size / 2)
      let total = Arrivals<Int>()
      count(exchange, into: total)
      while sent < size {
        let rest = min(block.count, size - sent)
        try client.send(Array(block[..<rest]))
        sent += rest
      }
      #expect(total.next() == size)
      #expect(try client.response().status == 200)
    }
  }

  private func count(_ exchange: Exchange, _ sum: Int = 0, into total: Arrivals<Int>) {
    exchange.read(upTo: 64 * 1024) { part in
      guard case .bytes(let bytes) = part else {
        total.send(sum)
        return exchange.respond(ResponseHead(status: 200))
      }
      count(exchange, sum + bytes.readableBytes, into: total)
    }
  }

  @Test
  func writesNoFasterThanTheClientReads() throws {
    let written = Atomic<Int>(0)
    let stalled = Arrivals<Void>()
    let block = ByteBuffer(repeating: 120, count: 256 * 1024)
    let blocks = 256
    @Sendable func write(_ exchange: Exchange, _ left: Int) {
      guard left > 0 else { return exchange.finish() }
      exchange.write(block) { isSent in
        guard isSent else { return }
        written.add(1, ordering: .relaxed)
        write(exchange, left - 1)
      }
      stalled.send(())
    }
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 200))
      write(exchange, blocks)
    }
    try withGateway(application) { server in
      let client = try RawClient(port: server.port, receiveBuffer: 16 * 1024)
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.head().status == 200)
      // The other connection is answered by the same loops meanwhile.
      _ = stalled.next()
      #expect(written.load(ordering: .relaxed) < blocks)
      client.close()
      let record = try #require(server.records.next())
      #expect(record.wasCut)
      #expect(record.responseBytes < blocks * block.readableBytes)
    }
  }

  @Test
  func keepsTheConnectionBehindASmallUnreadBody() throws {
    try withGateway(.text("early")) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
      let response = try client.response()
      #expect(response.text == "early")
      #expect(response["connection"] == nil)
      try client.send([UInt8](repeating: 65, count: 1000))
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().text == "early")
    }
  }

  @Test
  func deliversAnEarlyAnswerToALargeUnreadBody() throws {
    try withGateway(.text("early")) { server in
      let client = try server.connect()
      let size = 1024 * 1024
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
      // All of it, without looking at the answer: closing too early would reset it away.
      try client.send([UInt8](repeating: 65, count: size))
      let response = try client.response()
      #expect(response.text == "early")
      #expect(response["connection"] == "close")
      #expect(try client.rest().isEmpty)
    }
  }
}
