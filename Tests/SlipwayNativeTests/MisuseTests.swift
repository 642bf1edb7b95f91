import SlipwayNative
import SlipwayNativeTestSupport
import SlipwayTestSupport
import Testing

/// An application that breaks the rules: the server lives, says who did what, and keeps its promise
/// to call back.
@Suite(.timeLimit(.minutes(5)))
struct MisuseTests {
  /// A body that never comes, so that reads stay outstanding.
  private static let fields = ["Accept: text/plain", "Content-Length: 5"]

  /// Each is a path of misuse.c, what the client gets (0: a cut connection),
  /// and what the log says.
  static let cases: [(path: String, status: Int, mistake: String)] = [
    ("/no-response", 500, "passed NULL instead of a response"),
    ("/start-nothing", 500, "passed NULL instead of a response"),
    ("/status", 500, "answered with the status 999, which is neither 101 nor between 200 and 599"),
    ("/size", 500, "passed a slipway_response whose size is 10: less than that of version 1"),
    ("/giant-body", 500, "passed a body of 18446744073709551615 bytes"),
    ("/null-body", 500, "passed a body that is NULL but not empty"),
    ("/giant-fields", 500, "passed 18446744073709551615 fields; the gateway takes 1024"),
    ("/null-fields", 500, "passed NULL instead of fields"),
    ("/giant-field", 500, "passed a field value of 18446744073709551615 bytes"),
    ("/write-first", 500, "called write before start"),
    ("/finish-first", 500, "called finish before start"),
    ("/read-twice", 200, "called read while another read was outstanding"),
    ("/read-twice", 200, "called read for 0 bytes"),
    ("/watch-twice", 200, "called when_gone twice for one exchange"),
    ("/null", 200, "called read without a callback"),
    ("/null", 200, "called when_gone without a callback"),
    ("/after-end", 200, "called finish for an exchange that has ended or never was"),
    ("/start-twice", 0, "started the same response twice"),
    ("/respond-late", 0, "called respond after start"),
  ]

  @Test(arguments: cases)
  func isNamedAndSurvived(_ test: (path: String, status: Int, mistake: String)) async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      if test.status == 0 {
        await #expect(throws: RawClient.Failure.self) {
          _ = try await server.request(test.path, Self.fields)
        }
      } else {
        let response = try await server.request(test.path, Self.fields)
        #expect(response.status == test.status)
        #expect(response.text.contains(test.status == 500 ? "Harbour \(test.mistake)" : "first"))
      }
      #expect(server.log.messages.contains("The application Harbour \(test.mistake)"))
      let text = try await server.request("/").text
      #expect(text == "fine")
    }
  }

  /// Each is a path of misuse.c, and how many callbacks must have brought a failure by its end.
  @Test(arguments: [
    ("/after-end", 3), ("/no-exchange", 9), ("/write-first", 1), ("/read-twice", 3),
    ("/watch-twice", 2),
  ])
  func stillCallsBack(path: String, callbacks: Int) async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      _ = try await server.request(path, Self.fields)
      let count = try await server.request("/callbacks").text
      #expect(count == "\(callbacks)")
    }
  }

  @Test(arguments: ["/split", "/field-name"])
  func cannotSplitTheResponse(path: String) async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      let response = try await server.request(path)
      #expect(response.status == 500)
      #expect(response["set-cookie"] == nil)
    }
  }

  @Test func keepsTicketsOfEndedExchangesApartFromLaterOnes() async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      _ = try await server.request("/after-end")
      for _ in 0..<100 {
        let text = try await server.request("/long-after").text
        #expect(text == "first")
      }
    }
  }

  @Test func doesNotDrownTheLog() async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      for _ in 0..<30 { _ = try await server.request("/after-end") }
      #expect(server.log.lines.count == 101)
      #expect(server.log.messages.last?.contains("are not logged") == true)
    }
  }

  @Test func cutsAGiantMessageInsteadOfReadingIt() async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      let response = try await server.request("/giant-message", ["Accept: text/plain"])
      #expect(response.text.contains("(a message whose length cannot be right)"))
    }
  }

  @Test func hearsTheEndOfAShutdownOnce() async throws {
    try await NativeServer.run(CLibrary.build("misuse.c")) { server in
      await withCheckedContinuation { done in
        server.application.shutdown { done.resume() }
      }
      try await server.log.wait(for: "reported the end of its shutdown twice")
    }
  }
}
