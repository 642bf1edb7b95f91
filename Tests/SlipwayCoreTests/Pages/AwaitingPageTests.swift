import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Synchronization
import Testing

/// The page of what an application did with a request gives way when there is new code, and has not
/// asked the application before.
@Suite("Pages that await new code", .timeLimit(.minutes(5)))
struct AwaitingPageTests {
  private func refresh(_ response: RawClient.Response) -> String? {
    HTMLStructure(response.text).elements
      .first { $0.attributes["http-equiv"] == "refresh" }?
      .attributes["content"]
  }

  private func address(_ response: RawClient.Response) throws -> String {
    let content = try #require(refresh(response))
    #expect(content.hasPrefix("4; url=/_slipway/failed/"))
    return String(content.dropFirst("4; url=".count))
  }

  private func ask(
    _ test: TestGateway,
    _ target: String,
    _ method: String = "GET",
    accept: String = "text/html"
  ) throws -> RawClient.Response {
    try test.connect()
      .response(
        to: method,
        target,
        ["Accept: \(accept)", "Content-Length: 0", "Connection: close"]
      )
  }

  @Test func asksForItselfUntilTheApplicationIsAnother() throws {
    let asked = Mutex(0)
    let failing = Answering { exchange in
      asked.withLock { $0 += 1 }
      exchange.fail(AppFailure(message: "The rope broke."))
    }
    try withGateway(failing) { test in
      let failed = try ask(test, "/crew?ship=\"a\"&x=1")
      #expect(failed.status == 500)
      let address = try address(failed)
      for _ in 0..<3 {
        let again = try ask(test, address)
        #expect(again.status == 200)
        #expect(HTMLStructure(again.text).text(of: "h1") == ["The application failed"])
        #expect(again.text.contains("The rope broke."))
        #expect(try self.address(again) == address)
        #expect(again["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
      }
      #expect(asked.withLock { $0 } == 1)
      // A save has closed the gate; what is asked for now waits there.
      test.gate.set(.hold)
      let away = try ask(test, address)
      #expect(away.status == 303)
      #expect(away["location"] == "/crew?ship=\"a\"&x=1")
      // Or what has been saved does not build.
      test.gate.set(.answer(ErrorPage(code: "SW082", status: 500, title: "T", message: "M")))
      #expect(try ask(test, address).status == 303)
      #expect(asked.withLock { $0 } == 1)
    }
  }

  /// The next generation knows none of the pages of the last.
  @Test func leadsBackFromWhereItIsNotKnown() throws {
    try withGateway(.echo) { test in
      let response = try ask(test, "/_slipway/failed/1-2?of=%2Fcrew%3Fx")
      #expect(response.status == 303)
      #expect(response["location"] == "/crew?x")
      for target in [
        "%2F%2Fevil.example%2F", "https:%2F%2Fevil.example", "%2F%5Cevil", "", "x", "%0A",
      ] {
        #expect(try ask(test, "/_slipway/failed/1-2?of=\(target)").status == 404, "\(target)")
      }
      #expect(try ask(test, "/_slipway/failed/1-2").status == 404)
      #expect(try ask(test, "/_slipway/failed/1-2?of=%2F", "POST").status == 404)
    }
  }

  /// A refresh would turn any other method into GET.
  @Test func onlyPagesOfGetDoSo() throws {
    let failing = Answering { $0.fail(AppFailure(message: "The rope broke.")) }
    try withGateway(failing) { test in
      #expect(refresh(try ask(test, "/", "POST")) == nil)
      #expect(refresh(try ask(test, "/")) != nil)
      let plain = try ask(test, "/", accept: "text/plain")
      #expect(!plain.text.contains("_slipway"))
    }
  }

  /// However many there are, only the last are kept; the first lead back.
  @Test func keepsAFew() throws {
    let failing = Answering { $0.fail(AppFailure(message: "The rope broke.")) }
    try withGateway(failing) { test in
      let first = try address(ask(test, "/first"))
      for _ in 0..<40 { _ = try ask(test, "/more") }
      #expect(try ask(test, first).status == 303)
    }
  }
}
