import SlipwayTestSupport
import Testing

/// The example that has the server inside of a program still builds, and serves. Its first build
/// takes minutes.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct EmbeddedTests {
  @Test(.slow) func aProgramServesClosuresAndADirectory() throws {
    let example = "\(Project.repository)/devkit/examples/embedded"
    let build = try CommandRun(["/usr/bin/env", "swift", "build", "--package-path", example])
    #expect(build.end == .exited(0), "\(build.text)")

    // A line at a time, for nobody looks at a terminal.
    let program = try RunningProgram(
      ["/usr/bin/env", "stdbuf", "-oL", "\(example)/.build/debug/Embedded", "127.0.0.1:0"],
      directory: example
    )
    let url = try program.line(after: "Listening on ")
    let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
    let client = try RawClient(port: port)
    try client.send("GET /hello/world?x HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.response().text == "You asked for /hello/world?x\n")

    try client.send("GET /static/note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.response().text == "A file of the directory public.\n")

    try client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
    #expect(try client.response().text == "hello")

    try client.send("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    #expect(try client.response().status == 403)
    #expect(try program.line(after: "GET \"/hello\" 403").contains("seconds"))
  }
}
