import SlipwayTestSupport
import Testing

/// What a real page of a Python application does when its files are saved.
@Suite(
  .slow,
  .drivingBrowser,
  .serialized,
  .timeLimit(.minutes(15)),
  .showingServerLog,
  .onLane
)
struct PythonInBrowserTests {
  private static let application = """
    from pathlib import Path
    from revision import TEXT

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/data":
            return {}["no such key"]
        page = (Path(__file__).parent / "templates/page.html").read_text()
        start_response("200 OK", [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'self'; require-trusted-types-for 'script'"),
        ])
        return [part.encode() for part in page.format(text=TEXT)]
    """

  private static func template(_ heading: String) -> String {
    "<!doctype html>\n<title>Page</title>\n<h1>\(heading)</h1>\n<p id=text>{text}</p>\n"
  }

  /// Under a policy that lets nothing run or be styled but the site's own files.
  @Test func codeAndTemplatesAreShownAndFailuresToo() throws {
    let files = [
      "app.py": Self.application, "revision.py": "TEXT = 'rev-1'\n",
      "templates/page.html": Self.template("one"),
    ]
    try withServedPython(files) { served in
      try Browser.run { browser in
        let page = OpenPage(browser: browser, port: served.port)
        try page.open("/")
        try page.until(text: "rev-1")
        for number in 2..<4 {
          try served.directory.save("TEXT = 'rev-\(number)'\n", to: "revision.py")
          try page.until(text: "rev-\(number)")
          try page.untilListening()
        }
        try served.directory.save(Self.template("two"), to: "templates/page.html")
        try browser.until("document.querySelector('h1')?.textContent === 'two'")

        try page.untilListening()
        try page.mark()
        try browser.run("fetch('/data');")
        try page.untilOverlay(shows: "no such key")
        #expect(try page.isMarked)
        // In its own style, whatever the page's policy says of inline ones.
        let dialog = "\(OpenPage.shadow).querySelector('dialog')"
        #expect(try browser.value("getComputedStyle(\(dialog)).borderTopWidth").text == "4px")

        try served.directory.save("TEXT = 'rev-4\n", to: "revision.py")
        try page.untilOverlay(shows: "revision.py")
        #expect(try page.isMarked)
        try served.directory.save("TEXT = 'rev-5'\n", to: "revision.py")
        try page.until(text: "rev-5")
        try page.untilNoOverlay()
      }
    }
  }
}
