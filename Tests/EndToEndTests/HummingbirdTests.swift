import SlipwayTestSupport
import Testing

/// The example that hosts a Hummingbird router still builds, and answers. Its first build takes
/// minutes and fetches Hummingbird.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct HummingbirdTests {
  @Test(.slow) func hummingbirdRouterAnswersInProcess() throws {
    let example = "\(Project.repository)/devkit/examples/hummingbird-router"
    let build = try CommandRun(["/usr/bin/env", "swift", "build", "--package-path", example])
    #expect(build.end == .exited(0), "\(build.text)")

    let server = try ServerProcess(serving: example)
    defer { server.stop() }
    try server.untilListening()
    let client = try RawClient(port: try server.port)
    try client.send("GET /ports/Amalfi HTTP/1.1\r\nHost: e2e\r\n\r\n")
    #expect(try client.response().text == "Amalfi, asked for by 127.0.0.1\n")

    try client.send("POST /echo HTTP/1.1\r\nHost: e2e\r\nContent-Length: 5\r\n\r\nhello")
    #expect(try client.response().text == "hello")

    try client.send("GET /ticks/2 HTTP/1.1\r\nHost: e2e\r\n\r\n")
    let ticks = try client.response()
    #expect(ticks.text == "tick 0\ntick 1\n")
    #expect(ticks.trailers.map(\.value) == ["\"2\""])
  }
}
