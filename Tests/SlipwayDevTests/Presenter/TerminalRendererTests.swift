import SlipwayCore
import SlipwayDev
import Testing

/// The lines that people see.
@Suite(.timeLimit(.minutes(5)))
struct TerminalRendererTests {
  private func text(
    _ event: DevEvent,
    verbosity: Int = 0,
    width: Int? = nil,
    overwrites: Bool = true
  ) -> [String] {
    let time = WallTime(seconds: 0)
    let renderer = TerminalRenderer(
      directory: "/app",
      verbosity: verbosity,
      overwrites: overwrites
    )
    let rendering = renderer.render(event, at: time)
    var lines = rendering.lines
    if case .shown(let progress) = rendering.progress { lines.append(progress) }
    // The clock depends on the time zone.
    return lines.map { $0.text(inColour: false, width: width) }
      .map { $0.hasPrefix(time.localClock) ? String($0.dropFirst(10)) : $0 }
  }

  private static func record(
    _ target: String,
    status: Int? = 200,
    held: Duration = .zero,
    wasCut: Bool = false
  ) -> ExchangeRecord {
    ExchangeRecord(
      id: 1,
      peer: "127.0.0.1:5000",
      method: "GET",
      target: target,
      httpMinorVersion: 1,
      mountPrefix: "",
      status: status,
      responseBytes: 12,
      took: .microseconds(3200),
      held: held,
      wasCut: wasCut
    )
  }

  @Test(arguments: [
    (
      DevEvent.listening(urls: ["http://localhost:1"], generation: 1, inherited: false),
      ["serving   http://localhost:1"]
    ),
    (.listening(urls: ["http://localhost:1"], generation: 2, inherited: true), []),
    (
      .watching(directories: 1, files: 48, took: .milliseconds(7)),
      ["watching  1 directory, 48 files"]
    ),
    (.changed(paths: ["/app/a.swift", "/b"], total: 2), ["changed   a.swift, /b"]),
    (.changed(paths: ["a", "b", "c", "d"], total: 2000), ["changed   a, b, c and 1997 more"]),
    (.changed(paths: [], total: 0), ["changed   "]),
    (.buildStarted(package: "/app", product: "App"), ["building  App…"]),
    (.buildProgress(step: 3, of: 12, message: "Compiling"), ["building   [3/12] Compiling"]),
    (
      .buildSucceeded(package: "/app", product: "App", took: .milliseconds(412), warnings: []),
      ["built     App in 0.4 s"]
    ),
    (.ready(generation: 1, restart: nil, carried: 0), ["ready     generation 1"]),
    (
      .ready(generation: 7, restart: .milliseconds(61), carried: 3),
      ["ready     generation 7 in 61 ms"]
    ),
    (.cut(exchanges: 2), ["cut       2 requests still running at the end of the grace period"]),
    (.exchange(record("/a")), ["GET     200     3 ms  /a"]),
    (.exchange(record("/a", status: nil, wasCut: true)), ["GET     ---     3 ms  /a  cut"]),
    (.exchange(record("/a", held: .seconds(1))), ["GET     200     3 ms  /a  held 1000 ms"]),
    (
      .applicationLog(level: .info, label: "app", message: "one\ntwo\n"),
      ["info      app: one", "          two"]
    ),
    (.applicationLog(level: .debug, label: "app", message: "x"), []),
    (
      .problem(code: "SW061", message: "No watch is left.", remedy: "Raise the limit."),
      ["problem   No watch is left. [SW061]", "          Raise the limit."]
    ),
    (
      .configurationRejected(message: "a\nb"),
      ["problem   a", "          b", "          The configuration before stays in force."]
    ),
    (.attachCommand("lldb -s x"), ["debug     lldb -s x"]),
    (
      .consolePIN("012-345-678"),
      ["console   Tracebacks in the browser ask for the PIN 012-345-678"]
    ),
    (.stopping(reason: "SIGTERM"), ["stopping  SIGTERM"]),
  ])
  func showsEvents(_ event: DevEvent, _ lines: [String]) {
    #expect(text(event) == lines)
  }

  @Test func showsABuildErrorOnceWithItsPlaceAndExcerpt() {
    var diagnostic = ErrorPage.Diagnostic(
      severity: .error,
      message: "cannot find 'rev' in scope",
      file: "/app/Sources/Edition.swift",
      line: 2,
      column: 17,
      excerpt:
        "1 | enum Edition {\n2 |   let x = rev\n  |           `- error: cannot find 'rev' in scope",
      notes: [.init(severity: .note, message: "look here", file: "/else/B.swift", line: 1)]
    )
    diagnostic.remedy = "Add it."
    diagnostic.fixIts = [
      .init(file: "/app/a", line: 2, column: 17, endLine: 2, endColumn: 17, text: "!")
    ]
    let page = ErrorPage(
      code: "SW080",
      status: 500,
      title: "The build failed",
      message: "It failed.",
      sections: [.diagnostics([diagnostic])]
    )
    let event = DevEvent.buildFailed(
      package: "/app",
      product: "App",
      took: .milliseconds(900),
      page: page
    )
    #expect(
      text(event) == [
        "failed    App after 0.9 s",
        "          Sources/Edition.swift:2:17: error: cannot find 'rev' in scope",
        "          1 | enum Edition {",
        "          2 |   let x = rev",
        "            |           ^",
        "          fix: insert “!” at 2:17",
        "          Add it.",
        "            /else/B.swift:1: note: look here",
      ]
    )
  }

  @Test func leavesOutErrorsBeyondTheTenthButCountsThem() {
    let many = (1...40).map { ErrorPage.Diagnostic(severity: .error, message: "e\($0)") }
    let page = ErrorPage(
      code: "SW080",
      status: 500,
      title: "",
      message: "",
      sections: [.diagnostics(many)]
    )
    let lines = text(.buildFailed(package: "", product: "", took: .zero, page: page))
    #expect(lines.count == 12)
    #expect(lines.last == "          and 30 more")
  }

  @Test func tellsTheBeginOfABuildOnlyWhereProgressCannotBeOverwritten() {
    #expect(
      text(.buildStarted(package: "", product: "App"), overwrites: false) == ["building  App…"]
    )
    #expect(
      text(.buildProgress(step: 1, of: 2, message: "x"), overwrites: false) == []
    )
  }

  @Test(arguments: [
    "/\u{1b}[2J", "/\u{9b}31m", "/\r\nGET", "/\u{202e}gpj", "/\u{7f}\u{0}", "/\u{2028}x",
  ])
  func escapesWhatCouldSteerTheTerminal(_ target: String) {
    for event in [
      DevEvent.exchange(Self.record(target)),
      .applicationLog(level: .info, label: target, message: target),
      .changed(paths: [target], total: 1),
      .problem(code: "SW000", message: target, remedy: target),
      .buildProgress(step: 1, of: 1, message: target),
    ] {
      let shown = text(event).joined()
      #expect(
        !shown.unicodeScalars.contains {
          $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) || $0 == "\u{202e}"
            || $0 == "\u{2028}"
        }
      )
    }
  }

  @Test func survivesAbsurdNumbers() {
    var record = Self.record("/")
    record.took = .seconds(Int64.max)
    record.held = .seconds(Int64.min)
    #expect(text(.exchange(record)).count == 1)
    #expect(text(.changed(paths: ["a"], total: -5)).count == 1)
    #expect(
      text(.ready(generation: .max, restart: .nanoseconds(-5), carried: .min), verbosity: 1)
        .count == 1
    )
  }

  @Test func cutsRequestsButNotSentencesAtTheEdge() {
    let long = String(repeating: "x", count: 300)
    #expect(text(.exchange(Self.record("/" + long)), width: 60)[0].count == 60 - 10)
    #expect(text(.problem(code: "SW000", message: long, remedy: nil), width: 60)[0].contains(long))
  }
}
