import SlipwayCore
import SlipwayDev
import Testing

/// How a crash is told to people and to tools.
@Suite(.timeLimit(.minutes(5)))
struct CrashedEventTests {
  private var report: CrashReport {
    var report = CrashReport(
      time: "2026-01-31T10:15:00.000Z",
      generation: 4,
      title: "Fatal error: adrift",
      cause: "The program ended itself (SIGTRAP).",
      message: CrashMessage(text: "Fatal error: adrift", file: "/app/App.swift", line: 7),
      backtraces: [],
      exchanges: [
        CrashReport.Exchange(
          request: RequestSummary(method: "GET", target: "/x", fields: []),
          number: 1,
          id: "4-1",
          milliseconds: 12,
          isCulprit: true
        )
      ],
      heldBack: .loop
    )
    report.excerpt = "7 | fatalError()\n  | ^"
    return report
  }

  @Test func asJSON() {
    let line = JSONPresenter.line(
      for: .crashed(report, record: "/app/.slipway/crashes/c.txt"),
      at: WallTime(seconds: 0)
    )
    #expect(
      line.contains(
        #""event":"crashed","generation":4,"title":"Fatal error: adrift","#
          + #""cause":"The program ended itself (SIGTRAP).","message":"Fatal error: adrift","#
          + #""file":"/app/App.swift","line":7,"requests":["4-1"],"held_back":true,"#
          + #""record":"/app/.slipway/crashes/c.txt"}"#
      )
    )
  }

  @Test func onATerminal() {
    let rendering = TerminalRenderer(directory: "/app")
      .render(
        .crashed(report, record: "/app/.slipway/crashes/c.txt"),
        at: WallTime(seconds: 0)
      )
    let text = rendering.lines.map { $0.text(inColour: false, width: nil) }.joined(separator: "\n")
    #expect(text.contains("crashed   Fatal error: adrift"))
    #expect(text.contains("App.swift:7"))
    #expect(text.contains("7 | fatalError()"))
    #expect(text.contains("GET /x"))
    #expect(text.contains("press r to try again"))
    #expect(text.contains(".slipway/crashes/c.txt"))
  }
}
