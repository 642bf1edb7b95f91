import SlipwayTestSupport
import Testing

/// When the bytes of bodies come and go: what they are is in the checks of ProtocolTests.
@Suite(.serialized, .timeLimit(.minutes(5)), .showingServerLog, .onLane)
struct WSGIBodyTests {
  /// The client sends no more before it has seen what became of what it sent.
  @Test func whatHasComeIsReadAtOnce() throws {
    try withServedPython(
      [
        "app.py": """
        def application(environ, start_response):
            body = environ["wsgi.input"]
            start_response("200 OK", [("Content-Type", "text/plain")])
            yield b"begin\\r\\n"
            yield body.readline()
            yield body.read(3) + b"\\r\\n"
            yield body.readline(2) + b"\\r\\n"
            yield body.read()
        """
      ]
    ) { served in
      let client = try RawClient(port: served.port)
      try client.send("POST / HTTP/1.0\r\nHost: e2e\r\nContent-Length: 14\r\n\r\n")
      #expect(try client.head().status == 200)
      #expect(try client.line() == "begin")
      try client.send("one\r\ntw")
      #expect(try client.line() == "one")
      try client.send("o")
      #expect(try client.line() == "two")
      try client.send("45")
      #expect(try client.line() == "45")
      try client.send("678")
      try client.send("9")
      #expect(try client.untilHungUp() == "6789")
    }
  }

  /// A part is no larger than what the server takes at once, or is: neither may be ahead of the client by
  /// more than what the sockets hold and the server may.
  @Test(arguments: [1 << 16, 3 << 20])
  func aGeneratorIsNotFarAheadOfItsClient(part: Int) throws {
    let count = (256 << 20) / part
    try withServedPython(
      [
        "app.py": """
        made = 0

        def parts():
            global made
            for _ in range(\(count)):
                made += \(part)
                yield b"x" * \(part)

        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"%d" % made] if environ["PATH_INFO"] == "/made" else parts()
        """
      ]
    ) { served in
      let client = try RawClient(port: served.port, receiveBuffer: 64 * 1024)
      try client.send("GET / HTTP/1.0\r\nHost: e2e\r\n\r\n")
      #expect(try client.head().status == 200)
      let step = 8 << 20
      for read in stride(from: step, through: count * part / step * step, by: step) {
        _ = try client.bytes(step)
        let made = try #require(Int(served.get("/made").text))
        #expect(made - read < 16 << 20)
      }
    }
  }
}
