import HTTPTypes
import Logging
import SlipwayCore
import SlipwayTestSupport
import Testing

/// The server inside a program of somebody's own. Its closures share Swift's pool with the tests of
/// other suites, some of which block it for a while: hence the patience.
@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
  private struct Sunk: Error, CustomStringConvertible {
    var description: String { "The ship <sank>." }
  }

  /// Runs `body` on a thread, with the port of a server.
  private func serve(
    _ configure: (inout Server) -> Void,
    _ body: @escaping @Sendable (UInt16) throws -> Void
  ) async throws {
    var server = Server(listen: "127.0.0.1:0")
    server.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    configure(&server)
    let running = try server.start()
    let port = try #require(running.urls.first?.split(separator: ":").last.flatMap { UInt16($0) })
    let result = await Result { try await onThread { try body(port) } }
    await running.stop()
    try result.get()
  }

  private static func ask(
    _ port: UInt16,
    _ line: String,
    fields: String = "",
    body: String = ""
  ) throws -> RawClient.Response {
    let client = try RawClient(port: port)
    try client.send("\(line) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(body)")
    return try client.response(toHead: line.hasPrefix("HEAD"))
  }

  @Test func servesAClosureAndADirectory() async throws {
    try await withScratchDirectory { directory in
      try directory.write("A buoy", to: "buoy.txt")
      try directory.write("A key", to: ".env")
      try await serve {
        $0.mount("/static/", directory: directory.path)
        $0.mount("/app") { request, _ in
          Response(
            status: .accepted,
            headerFields: [.contentType: "text/x-log"],
            body: "\(request.method) \(request.path ?? "") \(request.authority ?? "")"
          )
        }
      } _: { port in
        #expect(try Self.ask(port, "GET /static/buoy.txt").text == "A buoy")
        #expect(try Self.ask(port, "GET /static/.env").status == 404)
        let response = try Self.ask(port, "GET /app/a%20b?c=d")
        #expect(response.status == 202)
        #expect(response["content-type"] == "text/x-log")
        #expect(response["slipway-generation"] == nil)
        #expect(response.text == "GET /app/a%20b?c=d localhost")
        let missing = try Self.ask(port, "GET /")
        #expect(missing.status == 404)
        #expect(missing.text.contains("SW020"))
      }
    }
  }

  @Test func bodiesGoThroughInPiecesBothWays() async throws {
    let size = 3_000_000
    try await serve {
      $0.mount("/") { _, body in
        Response(
          body: ResponseBody(streaming: { writer in
            for try await chunk in body { try await writer.write(chunk) }
            writer.trailers = body.trailers ?? [:]
          })
        )
      }
    } _: { port in
      let client = try RawClient(port: port)
      let shared = Held(client)
      let sender = Concurrent {
        let client = shared.value
        try client.send(
          "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(size, radix: 16) + "\r\n"
        )
        try client.send([UInt8](repeating: 7, count: size))
        try client.send("\r\n0\r\nDigest: abc\r\n\r\n")
      }
      let response = try client.response()
      try sender.value()
      #expect(response.body.count == size)
      #expect(response.body.allSatisfy { $0 == 7 })
      #expect(response.trailers.map(\.value) == ["abc"])
    }
  }

  @Test func aBodyIsCollectedUpToALimit() async throws {
    try await serve {
      $0.mount("/") { _, body in
        do {
          return Response(body: ResponseBody(try await body.collect(upTo: 4)))
        } catch ExchangeError.bodyTooLarge {
          return Response(status: .contentTooLarge)
        }
      }
    } _: { port in
      let four = try Self.ask(port, "POST /", fields: "Content-Length: 4\r\n", body: "four")
      #expect(four.text == "four")
      let five = try Self.ask(port, "POST /", fields: "Content-Length: 5\r\n", body: "fives")
      #expect(five.status == 413)
      let chunked = "Transfer-Encoding: chunked\r\n"
      let chunks = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
      #expect(try Self.ask(port, "POST /", fields: chunked, body: chunks).status == 413)
      #expect(try Self.ask(port, "GET /").body == [])
    }
  }

  @Test func aHeadRequestDoesNotProduceTheStream() async throws {
    let produced = Arrivals<String>()
    try await serve {
      $0.mount("/") { request, _ in
        let method = request.method.rawValue
        return Response(
          body: ResponseBody(streaming: { writer in
            produced.send(method)
            try await writer.write("content")
          })
        )
      }
    } _: { port in
      let head = try Self.ask(port, "HEAD /")
      #expect(head.status == 200)
      let whole = try Self.ask(port, "GET /")
      #expect(whole.text == "content")
      #expect(produced.next() == "GET")
    }
  }

  @Test func anErrorIsAPageAndCutsWhatHasBegun() async throws {
    try await serve {
      $0.mount("/at-once") { _, _ in throw Sunk() }
      $0.mount("/late") { _, _ in
        Response(
          body: ResponseBody(streaming: { writer in
            try await writer.write("half")
            throw Sunk()
          })
        )
      }
    } _: { port in
      let page = try Self.ask(port, "GET /at-once", fields: "Accept: text/html\r\n")
      #expect(page.status == 500)
      #expect(page.text.contains("SW022"))
      #expect(page.text.contains("The ship &lt;sank&gt;."))
      #expect(throws: RawClient.Failure.self) { try Self.ask(port, "GET /late") }
    }
  }

  @Test func aClientThatGoesCancelsTheTask() async throws {
    let events = Arrivals<String>()
    try await serve {
      $0.mount("/") { _, _ in
        events.send("began")
        do {
          try await Task.sleep(for: .seconds(3_600))
        } catch {
          events.send("cancelled")
        }
        return Response()
      }
    } _: { port in
      let client = try RawClient(port: port)
      try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(events.next() == "began")
      client.reset()
      #expect(events.next() == "cancelled")
    }
  }

  @Test func aBodyThatBreaksOffFails() async throws {
    let events = Arrivals<String>()
    try await serve {
      $0.mount("/") { _, body in
        events.send("began")
        do {
          for try await _ in body {}
        } catch {
          events.send("\(error) \(Task.isCancelled)")
        }
        return Response()
      }
    } _: { port in
      let client = try RawClient(port: port)
      try client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
      #expect(events.next() == "began")
      client.reset()
      let end = events.next()
      #expect(end?.hasPrefix("bodyIncomplete") == true || end?.hasSuffix("true") == true)
    }
  }

  @Test func aCancelledReadLosesNothing() async throws {
    let events = Arrivals<String>()
    try await serve {
      $0.mount("/") { _, body in
        let impatient = Task {
          var chunks = body.makeAsyncIterator()
          return try await chunks.next()
        }
        events.send("reading")
        impatient.cancel()
        let first = await impatient.result
        events.send("cancelled")
        if case .success(.some) = first { return Response(body: "the first read had bytes") }
        return Response(body: ResponseBody(try await body.collect(upTo: 100)))
      }
    } _: { port in
      let client = try RawClient(port: port)
      try client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n")
      #expect(events.next() == "reading")
      #expect(events.next() == "cancelled")
      try client.send("body")
      #expect(try client.response().text == "body")
    }
  }

  @Test func aStrangersHostIsRefusedUnlessItIsAllowed() async throws {
    try await serve {
      $0.allowedHosts = [".app.test"]
      $0.mount("/") { _, _ in Response(body: "yes") }
    } _: { port in
      for (host, status) in [("www.app.test", 200), ("localhost", 200), ("evil.example", 403)] {
        let client = try RawClient(port: port)
        try client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        let response = try client.response()
        #expect(response.status == status)
        #expect(status == 200 || response.text.contains("allowedHosts"))
      }
    }
  }

  @Test func eachResponseIsRecorded() async throws {
    let records = Arrivals<AccessRecord>()
    try await serve {
      $0.onExchange = { records.send($0) }
      $0.mount("/") { _, _ in Response(status: .created, body: "four") }
    } _: { port in
      _ = try Self.ask(port, "PUT /x?y")
      let record = try #require(records.next())
      #expect(record.method == "PUT")
      #expect(record.target == "/x?y")
      #expect(record.status == 201)
      #expect(record.bytesSent == 4)
      #expect(record.peer.hasPrefix("127.0.0.1:"))
      #expect(!record.wasCut)
    }
  }

  @Test func stoppingLetsRunningRequestsFinishAndFreesThePort() async throws {
    let events = Arrivals<String>()
    let mayGoOn = Monitor(false)
    var server = Server(listen: "127.0.0.1:0")
    server.mount("/") { _, _ in
      events.send("began")
      return try await onThread {
        _ = mayGoOn.wait(atMost: 30) { $0 ? true : nil }
        return Response(body: "finished")
      }
    }
    let running = try server.start()
    let port = try #require(running.urls.first?.split(separator: ":").last.flatMap { UInt16($0) })
    let client = try await onThread {
      let client = try RawClient(port: port)
      try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(events.next() == "began")
      return Held(client)
    }
    async let first: Void = running.stop(grace: .seconds(30))
    async let second: Void = running.stop(grace: .seconds(30))
    mayGoOn.update { $0 = true }
    let answer = try await onThread { try client.value.response().text }
    #expect(answer == "finished")
    _ = await (first, second)
    _ = try await onThread {
      #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
    }
  }

  /// A client that one thread at a time uses, or one that sends and one that receives.
  private struct Held: @unchecked Sendable {
    let value: RawClient

    init(_ value: RawClient) { self.value = value }
  }

  @Test func runsUntilItsTaskIsCancelled() async throws {
    let listening = Arrivals<[String]>()
    let task = Task(priority: .userInitiated) {
      var server = Server(listen: "127.0.0.1:0")
      server.mount("/") { _, _ in Response(body: "yes") }
      try await server.run { listening.send($0) }
    }
    try await onThread {
      let url = try #require(listening.next()?.first)
      let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
      #expect(try Self.ask(port, "GET /").text == "yes")
    }
    task.cancel()
    try await task.value
  }

  @Test(arguments: [
    ("localhost", "/", "", "SW103"), ("127.0.0.1", "/", "", "SW103"), ("", "/", "", "SW103"),
    ("127.0.0.1:99999", "/", "", "SW103"), ("127.0.0.1:0", "api", "", "SW103"),
    ("127.0.0.1:0", "", "", "SW103"), ("127.0.0.1:0", "/a//b", "", "SW103"),
    ("127.0.0.1:0", "/../a", "", "SW103"), ("127.0.0.1:0", "/_slipway", "", "SW103"),
    ("127.0.0.1:0", "/_slipway/x", "", "SW103"), ("127.0.0.1:0", "/", "a b", "SW103"),
    ("203.0.113.1:1", "/", "", "SW002"), ("unix:/nonexistent/x.sock", "/", "", "SW002"),
  ])
  func saysWhatMeansNothing(_ address: String, _ prefix: String, _ host: String, _ code: String) {
    var server = Server(listen: address)
    server.mount(prefix) { _, _ in Response() }
    if !host.isEmpty { server.allowedHosts = [host] }
    let error = #expect(throws: ServerError.self) { try server.start() }
    #expect(error?.code == code)
    #expect(error?.description.hasSuffix("[\(code)]") == true)
  }

  @Test func onePrefixIsMountedOnce() {
    var server = Server(listen: "127.0.0.1:0")
    server.mount("/a") { _, _ in Response() }
    server.mount("/a/", directory: "/")
    #expect(throws: ServerError.self) { try server.start() }
  }

  @Test func aSocketFileIsServedAndRemoved() async throws {
    try await withScratchDirectory { directory in
      let path = directory.path("app.sock")
      var server = Server(listen: "unix:\(path)")
      server.mount("/") { _, _ in Response(body: "yes") }
      let running = try server.start()
      #expect(running.urls == ["unix:\(path)"])
      try await onThread {
        let client = try RawClient(unix: path)
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.response().text == "yes")
      }
      await running.stop()
      _ = try await onThread {
        #expect(throws: RawClient.Failure.self) { try RawClient(unix: path) }
      }
    }
  }
}

extension Result where Failure == any Error {
  /// What `body` comes to.
  fileprivate init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
