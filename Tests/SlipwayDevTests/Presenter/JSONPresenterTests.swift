import SlipwayCore
import SlipwayDev
import Testing

/// The lines that tools read.
@Suite(.timeLimit(.minutes(5)))
struct JSONPresenterTests {
  private let time = WallTime(seconds: 1_767_225_599, milliseconds: 7)

  private static var proposal: ErrorPage.Diagnostic {
    var diagnostic = ErrorPage.Diagnostic(severity: .note, message: "n")
    diagnostic.remedy = "r"
    diagnostic.fixIts = [
      .init(file: "/f", line: 1, column: 2, endLine: 3, endColumn: 4, text: "t", replaced: "o")
    ]
    return diagnostic
  }

  private static let page = ErrorPage(
    code: "SW080",
    status: 500,
    title: "T",
    message: "M",
    sections: [
      .output(heading: "h", text: "t"),
      .diagnostics([
        .init(severity: .error, message: "m", file: "/f", line: 1, notes: [proposal])
      ]),
    ]
  )

  private static let failed =
    #""build-failed","package":"p","product":"q","took_us":2000,"failure":{"code":"SW080","title":"T","#
    + #""message":"M","diagnostics":[{"severity":"error","message":"m","file":"/f","line":1,"notes":[{"#
    + #""severity":"note","message":"n","remedy":"r","fix_its":[{"file":"/f","line":1,"column":2,"#
    + #""end_line":3,"end_column":4,"text":"t","replaced":"o"}],"notes":[]}]}]}"#

  @Test(arguments: [
    (
      DevEvent.listening(urls: ["http://a:1"], generation: 1, inherited: false),
      #""listening","urls":["http://a:1"],"generation":1,"inherited":false"#
    ),
    (
      .buildFailed(package: "p", product: "q", took: .milliseconds(2), page: page),
      failed
    ),
    (
      .ready(generation: 2, restart: .microseconds(61), carried: 3),
      #""ready","generation":2,"restart_us":61,"carried":3"#
    ),
    (.ready(generation: 1, restart: nil, carried: 0), #""ready","generation":1,"carried":0"#),
    (
      .applicationLog(level: .warning, label: "l\"\\", message: "a\n\u{1b}\u{2028}\u{9b}é"),
      #""application-log","level":"warning","label":"l\"\\","message":"a\n\u001b\u2028\u009bé""#
    ),
    (
      .exchange(
        ExchangeRecord(
          id: .max,
          peer: "p",
          method: "GET",
          target: "/",
          httpMinorVersion: 1,
          mountPrefix: "",
          status: nil,
          responseBytes: 0,
          took: .seconds(Int64.max),
          held: .zero,
          wasCut: true
        )
      ),
      #""exchange","id":9223372036854775807,"request":"1-18446744073709551615","peer":"p","method":"GET","target":"/","#
        + #""http_minor_version":1,"protocol":"HTTP/1.1","mount":"","bytes":0,"took_us":9223372036854775807,"#
        + #""held_us":0,"cut":true"#
    ),
    (
      .applicationOutput(stream: .standardError, source: "/a", lines: ["\u{1b}[1mb"]),
      #""application-output","stream":"stderr","source":"/a","message":"\u001b[1mb""#
    ),
    (
      .serverLog(.init(level: .error, label: "l", message: "m", code: "SW022", request: "7-1")),
      #""application-log","level":"error","label":"l","message":"m","code":"SW022","request":"7-1""#
    ),
    (.consolePIN("012-345-678"), #""console-pin","pin":"012-345-678""#),
    (.attachCommand("lldb -o 'x'"), #""attach-command","command":"lldb -o 'x'""#),
    (.stopping(reason: "r"), #""stopping","reason":"r""#),
  ])
  func writesOneObjectWithStableKeys(_ event: DevEvent, _ expected: String) {
    #expect(
      JSONPresenter.line(for: event, at: time)
        == #"{"time":"2025-12-31T23:59:59.007Z","event":"# + expected + "}"
    )
  }
}
