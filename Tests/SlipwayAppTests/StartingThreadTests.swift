import SlipwayApp
import SlipwayNativeTestSupport
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// On which thread an application begins to answer.
@Suite(.timeLimit(.minutes(5)))
struct StartingThreadTests {
  @Test func startsOnTheEventLoopIfItAsksTo() async throws {
    try await withHarbour(entry: { OnEventLoop.export(to: $0).table }) { server in
      let response = try await server.request("/")
      #expect(response.text.hasPrefix("NIO-ELT-"))
    }
  }

  @Test func leavesTheEventLoopWhenItIsSuspended() async throws {
    try await withHarbour(entry: { OnEventLoop.export(to: $0).table }) { server in
      let response = try await server.request("/suspended")
      #expect(!response.text.hasPrefix("NIO-ELT-"))
    }
  }

  @Test func keepsClearOfTheEventLoopByDefault() async throws {
    try await withHarbour(entry: { OnPool.export(to: $0).table }) { server in
      let response = try await server.request("/")
      #expect(!response.text.hasPrefix("NIO-ELT-"))
    }
  }

  @Test func isCancelledWhenTheClientGoesAlsoFromTheEventLoop() async throws {
    try await withHarbour(entry: { OnEventLoop.export(to: $0).table }) { server in
      let client = try RawClient(port: server.port)
      try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
      try await server.log.wait(for: "Waiting")
      client.reset()
      try await server.log.wait(for: "Cancelled")
    }
  }
}

/// Answers with the name of the thread it runs on.
private struct OnEventLoop: Application {
  let host: Host

  init(host: Host) { self.host = host }

  var startsOnEventLoop: Bool { true }

  func respond(to request: Request) async throws -> Response {
    switch request.path {
    case "/suspended":
      try await Task.sleep(for: .milliseconds(1))
    case "/wait":
      host.log(.info, "Waiting")
      do {
        try await Task.sleep(for: .seconds(3600))
      } catch {
        host.log(.info, "Cancelled")
        throw error
      }
    default:
      break
    }
    return Response(body: ResponseBody(threadName()))
  }
}

private struct OnPool: Application {
  init(host: Host) {}

  func respond(to request: Request) async throws -> Response {
    Response(body: ResponseBody(threadName()))
  }
}

/// As the kernel knows it: proc(5).
private func threadName() -> String {
  WholeFile.text(at: "/proc/thread-self/comm")
}
