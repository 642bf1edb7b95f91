import SlipwayCore
import SlipwayDev
import Testing

/// The lines of the error log.
@Suite(.timeLimit(.minutes(5)))
struct ErrorLogLineTests {
  private static let time = WallTime(seconds: 1_767_225_599, milliseconds: 7)

  private static let page = ErrorPage(
    code: "SW082",
    status: 500,
    title: "T",
    message: "M",
    sections: [
      .diagnostics([
        .init(severity: .error, message: "m", file: "/f", line: 1, column: 2),
        .init(severity: .warning, message: "w"),
      ])
    ]
  )

  @Test(arguments: [
    (
      DevEvent.problem(code: "SW151", message: "Full.", remedy: "Free some."),
      ["[warning] [SW151] Full. Free some."]
    ),
    (
      .serverLog(
        .init(
          level: .error,
          label: "slipway",
          message: "The application failed",
          code: "SW022",
          request: "7-12",
          mount: "/api"
        )
      ),
      ["[error] [SW022] [request 7-12] [mount /api] slipway: The application failed"]
    ),
    (
      .applicationLog(level: .info, label: "App", message: "a\nb\u{1b}[2J"),
      [#"[info] App: a\nb\x1b[2J"#]
    ),
    (.applicationLog(level: .debug, label: "App", message: "a"), []),
    (
      .applicationOutput(
        stream: .standardError,
        source: "/",
        lines: ["a", "\u{1b}[31mb\u{1b}[0m"]
      ),
      ["[stderr] [mount /] a", "[stderr] [mount /] b"]
    ),
    (
      .buildFailed(package: "p", product: "App", took: .zero, page: page),
      ["[error] [SW082] App: M", "[error] [SW082] /f:1:2: m"]
    ),
    (.cut(exchanges: 2), ["[warning] 2 requests cut at the end of the grace period"]),
    (.stopping(reason: "Ctrl-C"), ["[notice] Stopping: Ctrl-C"]),
    (.watching(directories: 1, files: 1, took: .zero), []),
  ])
  func saysWhatHappenedInALineEach(_ event: DevEvent, _ expected: [String]) {
    #expect(
      ErrorLogLine.lines(for: event, at: Self.time)
        == expected.map { "[2025-12-31T23:59:59.007Z] \($0)" }
    )
  }

  @Test func saysMoreWhenAsked() {
    let event = DevEvent.applicationLog(level: .debug, label: "App", message: "a")
    #expect(ErrorLogLine.lines(for: event, at: Self.time, verbosity: 1).count == 1)
  }
}
