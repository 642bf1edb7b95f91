import SlipwayTestSupport
import Testing

/// What a real page does when files are saved that are served as they are.
@Suite(
  .slow,
  .drivingBrowser,
  .serialized,
  .timeLimit(.minutes(15)),
  .showingServerLog,
  .onLane
)
struct StaticFilesInBrowserTests {
  private static func page(_ title: String) -> String {
    """
    <!doctype html>
    <title>\(title)</title>
    <link rel="stylesheet" href="main.css">
    <link rel="stylesheet" href="extra.css">
    <style>@import "inline.css";</style>
    <h1 id="text">\(title)</h1>
    <p id="imported">imported</p><p id="inline">inline</p><p id="extra">extra</p>
    <div id="background"></div>
    <img id="image" src="image.svg" alt="">
    <form>
      <input name="name"><input name="secret" type="password"><input name="hidden" type="hidden" value="a">
      <input name="chosen" type="checkbox"><textarea name="words">none</textarea>
      <select name="kind"><option>one<option>two</select>
    </form>
    <div id="tall"></div>

    """
  }

  private static func image(_ width: Int) -> String {
    "<svg xmlns='http://www.w3.org/2000/svg' width='\(width)' height='10'></svg>\n"
  }

  private static let files = [
    "index.html": page("first"),
    "main.css": "@import 'part.css';\nh1 { opacity: 0.5 }\n#tall { height: 5000px }\n",
    "part.css": "#imported { opacity: 0.5 }\n",
    "inline.css": "#inline { opacity: 0.5 }\n",
    "extra.css": "#extra { opacity: 0.5 }\n#background { background: url(image.svg) }\n",
    "unused.css": "",
    "image.svg": image(10),
  ]

  private static let configuration = """
    mounts:
      /: files:.
      /strict:
        serve: files:.
        headers:
          Content-Security-Policy: default-src 'self'
      /nonce:
        serve: files:.
        headers:
          Content-Security-Policy: script-src 'nonce-q1'; connect-src 'self'
    """

  private func withPage(_ body: (OpenPage, Project, ServerProcess) throws -> Void) throws {
    try withScratchDirectory { directory in
      for (name, text) in Self.files { try directory.write(text, to: "site/\(name)") }
      let configuration = Self.configuration.replacing("files:.", with: "files:site")
      try directory.write(configuration, to: "slipway.yaml")
      let project = Project(files: directory)
      try serve(project) { served in
        try Browser.run { browser in
          try body(OpenPage(browser: browser, port: served.port), project, served.server)
        }
      }
    }
  }

  private func opacity(of element: String, is value: String) -> String {
    "getComputedStyle(document.querySelector('\(element)')).opacity === '\(value)'"
  }

  @Test func stylesAndImagesAreSwappedAndAllElseIsLoadedAgainWhereTheReaderWas() throws {
    try withPage { page, project, _ in
      let browser = page.browser
      try page.open("/")
      try page.mark()
      for (file, rule, element) in [
        ("main.css", "@import 'part.css';\n#tall { height: 5000px }\n", "#text"),
        ("part.css", "", "#imported"), ("inline.css", "", "#inline"),
        ("extra.css", "#background { background: url(image.svg) }\n", "#extra"),
      ] {
        for value in ["0.25", "0.75"] {
          try project.save("\(rule)\(element) { opacity: \(value) }\n", to: "site/\(file)", .rename)
          try browser.until(opacity(of: element, is: value))
        }
      }
      // Of each the new one only.
      try browser.until("document.querySelectorAll('link[rel=stylesheet]').length === 2")

      try project.save(Self.image(20), to: "site/image.svg", .rename)
      try browser.until("document.querySelector('#image').naturalWidth === 20")
      try browser.until(
        "getComputedStyle(document.querySelector('#background')).backgroundImage.includes('slipway=')"
      )
      try project.save("/* nobody's */", to: "site/unused.css")
      // Behind it, so that it has been dealt with.
      try project.save("#extra { opacity: 1 }", to: "site/extra.css")
      try browser.until(opacity(of: "#extra", is: "1"))
      #expect(try page.isMarked)
      #expect(try page.sockets == 1)

      try browser.run(
        """
        const form = document.forms[0];
        form.name.value = "Aurora"; form.secret.value = "secret"; form.hidden.value = "b";
        form.chosen.checked = true; form.words.value = "some"; form.kind.value = "two";
        scrollTo(0, 1234);
        """
      )
      try project.save(Self.page("second"), to: "site/index.html")
      try page.until(text: "second")
      try browser.until("scrollY === 1234")
      let values = try browser.value(
        "[...document.forms[0].elements].map((field) => field.type === 'checkbox' ? `${field.checked}`"
          + " : field.value).join()"
      )
      #expect(values.text == "Aurora,,a,true,some,two")
      #expect(try !page.isMarked)
    }
  }

  /// Policies that forbid all but the site's own files, or all scripts without the nonce.
  @Test(arguments: ["/strict/", "/nonce/"])
  func aPageWithAStrictPolicyFollowsAsWell(path: String) throws {
    try withPage { page, project, _ in
      try page.open(path)
      try page.mark()
      try project.save("#extra { opacity: 0.25 }", to: "site/extra.css")
      try page.browser.until(opacity(of: "#extra", is: "0.25"))
      #expect(try page.isMarked)
      try project.save(Self.page("second"), to: "site/index.html")
      try page.until(text: "second")
    }
  }

  @Test func fiftySavesReachThreeTabs() throws {
    try withPage { page, project, server in
      let browser = page.browser
      try page.open("/")
      try page.mark()
      for _ in 0..<2 {
        try browser.openTab()
        try page.open("/")
        try page.mark()
      }
      let tabs = try browser.tabs
      #expect(tabs.count == 3)
      for number in 1...50 {
        let style = Project.SaveStyle.allCases[number % 2]
        try project.save("#extra { order: \(number) }\n", to: "site/extra.css", style)
        // Each save in another tab, so that none is ahead of the others by much.
        if number % 10 == 0 { try browser.show(tab: tabs[number / 10 % 3]) }
        try browser.until(
          "getComputedStyle(document.querySelector('#extra')).order === '\(number)'"
        )
      }
      for tab in tabs {
        try browser.show(tab: tab)
        try browser.until("getComputedStyle(document.querySelector('#extra')).order === '50'")
        #expect(try page.isMarked)
        #expect(try page.sockets == 1)
        try browser.until("document.querySelectorAll('link[rel=stylesheet]').length === 2")
      }
    }
  }

  @Test func aPageThatOneComesBackToIsRight() throws {
    try withPage { page, project, _ in
      try page.open("/")
      try page.open("/?other")
      try project.save("#extra { opacity: 0.25 }", to: "site/extra.css")
      try page.browser.until(opacity(of: "#extra", is: "0.25"))
      try page.browser.back()
      try page.browser.until("location.search === ''")
      try page.browser.until(opacity(of: "#extra", is: "0.25"))

      // A browser keeps a page as it was if it likes; this is what it says then.
      try page.untilListening()
      try page.mark()
      let sockets = try #require(try page.sockets)
      try page.browser.run(
        "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));"
      )
      try project.save("#extra { opacity: 0.75 }", to: "site/extra.css")
      try page.browser.run(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));"
      )
      try page.browser.until(opacity(of: "#extra", is: "0.75"))
      #expect(try page.isMarked)
      #expect(try page.sockets == sockets + 1)
      try project.save(Self.page("second"), to: "site/index.html")
      try page.until(text: "second")
    }
  }
}
