import Foundation
import NIOCore
import SlipwayCore
import Testing

@Suite("Error page", .timeLimit(.minutes(5)))
struct ErrorPageTests {
  static let hostile = "<b>\"'&\u{1B}[2J\u{0}\u{202E}\\{{code}}<!--{{#items}}--></pre>]]>"

  let page = ErrorPage(
    code: "SW081",
    status: 500,
    title: "Build failed · SampleApp",
    message: "The compiler found an error in SampleApp.",
    remedy: "Mend it and save.",
    sections: [
      .diagnostics([
        .init(
          severity: .error,
          message: "cannot find 'x' in scope",
          file: "/p/Sources/App/Routes.swift",
          line: 42,
          column: 17,
          excerpt: "let y = x\n        ^\n",
          notes: [.init(severity: .note, message: "did you mean 'z'?", file: "/p/Z.swift", line: 7)]
        )
      ]),
      .output(heading: "Output", text: "[1/4] Compiling\nerror: exit 1\n"),
      .facts(heading: "Mounts", [.init("/", "swift:app"), .init("/static", "files:public")]),
    ],
    retryAfter: 3,
    healsByItself: true
  )

  private func text(_ page: ErrorPage, _ accept: String?) -> String {
    String(buffer: page.render(accept: accept, requestID: "17").body)
  }

  @Test func saysEverythingInText() {
    #expect(page.render(accept: nil, requestID: "17").contentType == "text/plain; charset=utf-8")
    #expect(
      text(page, "*/*") == """
        Build failed · SampleApp
        500 · SW081 · request 17

        The compiler found an error in SampleApp.

        What to do: Mend it and save.

        Try again in 3 s.

        /p/Sources/App/Routes.swift:42:17: error: cannot find 'x' in scope
          let y = x
                  ^
          /p/Z.swift:7: note: did you mean 'z'?

        Output:
          [1/4] Compiling
          error: exit 1

        Mounts:
          /        swift:app
          /static  files:public

        """
    )
  }

  @Test func isAValidProblemDocument() throws {
    let rendered = page.render(accept: "application/json", requestID: "17")
    #expect(rendered.contentType == "application/problem+json")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(rendered.body.readableBytesView))
        as? [String: Any]
    )
    #expect(json["type"] as? String == "urn:slipway:error:SW081")
    #expect(json["title"] as? String == "Build failed · SampleApp")
    #expect(json["status"] as? Int == 500)
    #expect(json["detail"] as? String == page.message)
    #expect(json["code"] as? String == "SW081")
    #expect(json["remedy"] as? String == page.remedy)
    #expect(json["requestId"] as? String == "17")
    let diagnostic = try #require((json["diagnostics"] as? [[String: Any]])?.first)
    #expect(diagnostic["file"] as? String == "/p/Sources/App/Routes.swift")
    #expect(diagnostic["line"] as? Int == 42)
    #expect(diagnostic["column"] as? Int == 17)
    #expect(diagnostic["severity"] as? String == "error")
    #expect(diagnostic["excerpt"] as? String == "let y = x\n        ^\n")
    let note = try #require((diagnostic["notes"] as? [[String: Any]])?.first)
    #expect(note["message"] as? String == "did you mean 'z'?")
    #expect(note["column"] == nil)
    let facts = try #require(json["facts"] as? [[String: String]])
    #expect(facts.last == ["heading": "Mounts", "name": "/static", "value": "files:public"])
  }

  @Test func showsEverythingInHTML() {
    let html = text(page, "text/html")
    #expect(html.hasPrefix("<!doctype html>"))
    #expect(html.contains("<title>Build failed · SampleApp</title>"))
    #expect(html.contains("<h1>Build failed <small>SampleApp</small></h1>"))
    #expect(html.contains("<p class=\"message\">The compiler found an error in SampleApp.</p>"))
    #expect(html.contains("Mend it and save."))
    #expect(html.contains("<h2>1 error</h2>"))
    #expect(html.contains("<h3><span>error</span> cannot find &#39;x&#39; in scope</h3>"))
    #expect(html.contains("<span>/p/Sources/App/</span><b>Routes.swift:42:17</b>"))
    // What the caret points at is marked.
    #expect(html.contains("<span class=\"failing\">let y = <mark>x</mark>\n</span>"))
    #expect(!html.contains("class=\"marker\""))
    #expect(html.contains("did you mean &#39;z&#39;?"))
    #expect(html.contains("<th scope=\"row\">/static</th><td>files:public</td>"))
    #expect(html.contains("request 17"))
    #expect(html.contains("--paper"), "The style sheet stands in the page")
    #expect(!html.contains("{{"), "A place of the template was not filled")
    #expect(!html.contains("stylesheet"))
  }

  @Test func showsProposalsRemediesAndLinksInEveryTwin() throws {
    var note = ErrorPage.Diagnostic(severity: .note, message: "use it", file: "/p/a.swift", line: 7)
    note.fixIts = [
      .init(file: "/p/a.swift", line: 7, column: 3, endLine: 7, endColumn: 3, text: " ?? <#value#>")
    ]
    var error = ErrorPage.Diagnostic(severity: .error, message: "e", file: "/p/a.swift", line: 7)
    error.notes = [note]
    error.link = "vscode://file/p/a.swift:7"
    error.remedy = "Add the <product>."
    error.fixIts = [
      .init(
        file: "/p/a.swift",
        line: 7,
        column: 3,
        endLine: 7,
        endColumn: 6,
        text: "let",
        replaced: "var"
      ),
      .init(file: "/p/a.swift", line: 8, column: 1, endLine: 8, endColumn: 2, text: ""),
    ]
    let page = ErrorPage(
      code: "SW082",
      status: 500,
      title: "t",
      message: "m",
      sections: [.diagnostics([error])]
    )
    #expect(
      text(page, nil)
        .hasSuffix(
          """
          /p/a.swift:7: error: e
            fix: replace “var” at 7:3 by “let”
            fix: remove what stands at 8:1
            What to do: Add the <product>.
            vscode://file/p/a.swift:7
            /p/a.swift:7: note: use it
              fix: insert “ ?? ‹value›” at 7:3

          """
        )
    )
    let html = text(page, "text/html")
    #expect(html.contains("<p class=\"fix\"><b>fix</b> replace “var” at 7:3 by “let”</p>"))
    #expect(html.contains("insert “ ?? ‹value›” at 7:3"))
    #expect(html.contains("Add the &lt;product&gt;."))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(text(page, "application/json").utf8))
        as? [String: Any]
    )
    let found = try #require((json["diagnostics"] as? [[String: Any]])?.first)
    #expect(found["link"] as? String == "vscode://file/p/a.swift:7")
    #expect(found["remedy"] as? String == "Add the <product>.")
    let fixIts = try #require(found["fixIts"] as? [[String: Any]])
    #expect(fixIts.map { $0["text"] as? String } == ["let", ""])
    #expect(fixIts.map { $0["replaced"] as? String } == ["var", nil])
    #expect(fixIts.map { $0["endColumn"] as? Int } == [6, 2])
  }

  @Test func asksAgainOnlyIfItHealsByItself() {
    let refresh = "<meta http-equiv=\"refresh\" content=\"2\">"
    let html = text(page, "text/html")
    #expect(html.contains("\n\(refresh)\n"))
    #expect(html.contains("<p class=\"healing\">"))
    var other = page
    other.healsByItself = false
    #expect(!text(other, "text/html").contains("http-equiv"))
    // Where there is a script, it sees to that.
    let live = String(buffer: page.render(accept: "text/html", requestID: "1", isLive: true).body)
    #expect(live.contains("<noscript>\(refresh)</noscript>"))
  }

  /// What the reader has unfolded is folded again when the page is loaded anew: so it is open.
  @Test func isUnfoldedWhereItIsLoadedAnewAndHasNothingElseToShow() {
    var page = ErrorPage(code: "SW184", status: 503, title: "T", message: "M", healsByItself: true)
    page.sections = [.output(heading: "Thread", text: "#0 main")]
    #expect(text(page, "text/html").contains("<details open>\n<summary><h2>Thread"))
    page.healsByItself = false
    #expect(text(page, "text/html").contains("<details >\n<summary><h2>Thread"))
    #expect(text(self.page, "text/html").contains("<details >\n<summary><h2>Output"))
  }

  @Test func lacksWhatIsNotThere() {
    let small = ErrorPage(code: "SW020", status: 404, title: "Nothing", message: "Not here.")
    let html = text(small, "text/html")
    #expect(!html.contains("<h2>What to do"))
    #expect(!html.contains("<section>"))
    #expect(text(small, nil) == "Nothing\n404 · SW020 · request 17\n\nNot here.\n")
  }

  @Test func escapesEveryField() throws {
    let bad = Self.hostile
    let diagnostic = ErrorPage.Diagnostic(
      severity: .error,
      message: bad,
      file: bad,
      line: 1,
      column: 1,
      excerpt: bad,
      notes: [.init(severity: .note, message: bad, file: bad, excerpt: bad)]
    )
    let page = ErrorPage(
      code: bad,
      status: 500,
      title: bad + " · " + bad,
      message: bad,
      remedy: bad,
      sections: [
        .diagnostics([diagnostic]), .output(heading: bad, text: bad),
        .facts(heading: bad, [.init(bad, bad)]),
      ]
    )
    let html = String(buffer: page.render(accept: "text/html", requestID: bad).body)
    #expect(!html.contains("<b>\""))
    #expect(!html.contains("]]>"))
    #expect(!html.unicodeScalars.contains("\u{1B}"))
    #expect(!html.unicodeScalars.contains("\u{0}"))
    #expect(!html.unicodeScalars.contains("\u{202E}"))
    #expect(html.contains("{{code}}"), "Values are not filled in again")

    let plain = String(buffer: page.render(accept: nil, requestID: bad).body)
    #expect(!plain.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })

    let json = Data(page.render(accept: "application/json", requestID: bad).body.readableBytesView)
    let parsed = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(parsed["detail"] as? String == bad)
  }

  @Test func staysSmallWhateverTheCompilerSays() {
    let line = String(repeating: "'\u{202E}<", count: 200)
    let lines = Array(repeating: line, count: 200).joined(separator: "\n")
    let diagnostic = ErrorPage.Diagnostic(
      severity: .error,
      message: lines,
      file: lines,
      excerpt: lines,
      notes: Array(repeating: .init(severity: .note, message: lines, excerpt: lines), count: 100)
    )
    let small = ErrorPage.Diagnostic(severity: .error, message: "x", excerpt: "x\n^", notes: [])
    for diagnostics in [
      Array(repeating: diagnostic, count: 300), Array(repeating: small, count: 10_000),
    ] {
      let page = ErrorPage(
        code: "SW081",
        status: 500,
        title: lines,
        message: lines,
        remedy: lines,
        sections: [
          .diagnostics(diagnostics), .output(heading: "Output", text: lines),
          .facts(heading: lines, Array(repeating: .init("x", "y"), count: 5_000)),
        ]
      )
      let html = page.render(accept: "text/html", requestID: "1").body
      #expect(html.readableBytes < 60_000)
      #expect(String(buffer: html).hasSuffix("</html>\n"))
      #expect(String(buffer: html).contains("not shown here"))
    }
  }

  @Test func showsTheEndOfALongOutput() {
    let output = (1...5_000).map { "line \($0)" }.joined(separator: "\n")
    let page = ErrorPage(
      code: "SW081",
      status: 500,
      title: "T",
      message: "M",
      sections: [.output(heading: "Output", text: output)]
    )
    let html = text(page, "text/html")
    #expect(html.contains("line 5000</pre>"))
    #expect(!html.contains("\">line 1\n"))
    #expect(html.contains("lines before this, not shown here"))
  }

  @Test func forbidsTheBrowserToFetchOrRunAnything() {
    let fields = page.responseFields
    #expect(fields.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none';") == true)
    #expect(fields.first(name: "Cache-Control") == "no-store")
    #expect(fields.first(name: "X-Content-Type-Options") == "nosniff")
    #expect(fields.first(name: "Vary") == "Accept")
    #expect(fields.first(name: "Retry-After") == "3")
    let html = text(page, "text/html")
    #expect(!html.contains("<script"))
    #expect(!html.contains("style=\""))
  }
}
