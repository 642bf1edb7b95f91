import SlipwayTestSupport
import Testing

/// What a real page does when code is saved: an application in C, which builds in no time.
@Suite(
  .slow,
  .drivingBrowser,
  .serialized,
  .timeLimit(.minutes(15)),
  .showingServerLog,
  .onLane
)
struct BuildsInBrowserTests {
  private func withPage(
    _ arguments: [String] = [],
    prepare: (Project) throws -> Void = { _ in },
    _ body: (OpenPage, ServedProject) throws -> Void
  ) throws {
    try withServedProject(arguments: arguments, prepare: prepare) { served in
      try Browser.run { browser in
        let page = OpenPage(browser: browser, port: served.port)
        try page.open("/page")
        try page.until(text: "rev-1")
        try page.mark()
        try body(page, served)
      }
    }
  }

  private func saveBroken(_ served: ServedProject, _ name: String) throws {
    try served.project.save(
      "\nconst char *const text = \(name);\n",
      to: served.project.textFile
    )
  }

  /// An application in Python beside it may take long to be imported.
  @Test func aPageIsLoadedAgainAsSoonAsItsOwnMountAnswers() throws {
    let slow = """
      import os
      hold = os.path.join(os.path.dirname(__file__), ".slipway/hold.fifo")
      if os.path.exists(hold):
          open(hold).read()

      def application(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"slow"]
      """
    let mounts = try """
    mounts:
      /: swift:.
      /slow: { serve: wsgi:slow.py, python-home: \(Python.any.home) }
    """
    try withPage(
      prepare: { project in
        try project.save(slow, to: "slow.py")
        try project.save(mounts, to: "slipway.yaml")
      },
      { page, served in
        // The handling of what stands still in a compiler is that of what stands still in Python.
        let hold = try BuildHold(pipe: served.project.path + "/.slipway/hold.fifo")
        let mark = served.server.mark
        try served.project.save(text: "rev-2")
        let load = try hold.untilReached()
        try page.until(text: "rev-2")
        #expect(served.server.events("ready", since: mark).isEmpty)
        try page.untilListening()
        try page.mark()
        load.release("")
        try served.server.event("ready", since: mark)
        #expect(try served.get("/slow").text == "slow")
        #expect(try page.isMarked)
      }
    )
  }

  @Test func newCodeIsShownOnceItAnswersAndTheConnectionIsTakenOver() throws {
    try withPage { page, served in
      for number in 2..<4 {
        try page.mark()
        try served.project.save(text: "rev-\(number)")
        try page.until(text: "rev-\(number)")
        #expect(try !page.isMarked)
        try page.untilListening()
      }
      let exchanges = served.server.events("exchange").filter { $0["target"]?.text == "/page" }
      #expect(exchanges.allSatisfy { $0["status"]?.number == 200 })

      // A page that answers a form is not asked for again unasked, so it is there over restarts.
      try page.browser.run(
        """
        const form = document.createElement("form");
        form.method = "post"; form.action = "/page";
        document.body.append(form);
        form.submit();
        """
      )
      try page.browser.until("document.querySelector('script[data-once]')")
      try page.untilListening()
      try page.mark()
      for number in 4..<6 {
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get().text == "rev-\(number)")
      }
      try page.browser.until("\(OpenPage.shadow)?.querySelector('.pill')")
      #expect(try page.isMarked)
      #expect(try page.sockets == 1)
      #expect(try page.browser.value("window[Symbol.for('slipway.live')].isListening").flag == true)
      #expect(served.server.events("exchange").filter { $0["method"]?.text == "POST" }.count == 1)

      try page.open("/page")
      try page.mark()
      let hold = try served.project.saveHolding()
      let reached = try hold.untilReached()
      try page.browser.until("\(OpenPage.shadow)?.querySelector('.pill progress')")
      #expect(try page.isMarked)
      reached.release(served.project.source(of: "rev-6"))
      try page.until(text: "rev-6")
    }
  }

  @Test func aBrokenBuildIsShownOverThePageAndGoesWhenItIsMended() throws {
    try withPage { page, served in
      try putAwayByKeyboard(page, served)
      for number in 1...20 {
        try page.untilListening()
        try page.mark()
        try saveBroken(served, "no_such_\(number)")
        try page.untilOverlay(shows: "no_such_\(number)")
        let text = try page.browser.value("\(OpenPage.shadow).querySelector('dialog').textContent")
        #expect(text.text?.contains("Sources/App/text.c:2:") == true)
        // The page is still there beneath.
        #expect(try page.isMarked)
        try served.project.save(text: "mended-\(number)")
        try page.until(text: "mended-\(number)")
        try page.untilNoOverlay()
        #expect(try !page.isMarked)
      }
      try page.untilListening()
      try page.mark()
      try served.project.save(text: "refuse")
      try page.untilOverlay(shows: "SW046")
      #expect(try page.isMarked)
      try giveWay(page, served)
    }
  }

  /// The overlay is for keyboards and screen readers as well.
  private func putAwayByKeyboard(_ page: OpenPage, _ served: ServedProject) throws {
    let browser = page.browser
    try browser.run(
      """
      const field = document.createElement("input");
      field.id = "field";
      document.body.append(field);
      field.focus();
      """
    )
    try saveBroken(served, "no_such_name")
    try page.untilOverlay(shows: "no_such_name")
    let dialog = "\(OpenPage.shadow).querySelector('dialog')"
    #expect(try browser.value("\(dialog).getAttribute('role')").text == "alertdialog")
    #expect(try browser.value("\(dialog).getAttribute('aria-label')").text?.isEmpty == false)
    #expect(try browser.value("\(OpenPage.shadow).activeElement.className").text == "close")
    // The page's own fields are not reached.
    for _ in 0..<8 {
      try browser.press(Browser.Keys.tab)
      #expect(try browser.value("document.activeElement.id !== 'field'").flag == true)
    }
    try copy(with: "\(dialog).querySelector('.copy')", page, shows: "no_such_name")
    try browser.press(Browser.Keys.escape)
    try page.untilNoOverlay()
    #expect(try browser.value("document.activeElement.id").text == "field")
    #expect(try page.isMarked)

    // It is at hand, and put away by a click as well.
    try browser.run("\(OpenPage.shadow).querySelector('.pill button').click();")
    try page.untilOverlay(shows: "no_such_name")
    try browser.run("\(dialog).querySelector('.close').click();")
    try page.untilNoOverlay()

    // Something else that is broken is news.
    try saveBroken(served, "no_other_name")
    try page.untilOverlay(shows: "no_other_name")
    try served.project.save(text: "rev-2")
    try page.until(text: "rev-2")
    try page.untilNoOverlay()
  }

  /// Presses a button, and looks at what there is to paste.
  private func copy(with button: String, _ page: OpenPage, shows text: String) throws {
    let browser = page.browser
    try browser.allow("clipboard-read")
    try browser.run("\(button).focus();")
    try browser.press(Browser.Keys.enter)
    try browser.until("\(button).textContent === 'Copied'")
    try browser.run("navigator.clipboard.readText().then((text) => { window.pasted = text; });")
    try browser.until("window.pasted?.includes('\(text)')")
  }

  /// Asked for while something is broken, it is the error page itself, which gives way to what is so
  /// next.
  private func giveWay(_ page: OpenPage, _ served: ServedProject) throws {
    try page.open("/page")
    try page.browser.until("document.body.textContent.includes('SW046')")
    #expect(try page.browser.value("document.documentElement.dataset.slipway").text == "healing")
    try copy(with: "document.querySelector('.as-text > .copy')", page, shows: "SW046")
    try saveBroken(served, "no_such_name")
    try page.browser.until("document.body.textContent.includes('no_such_name')")
    #expect(try page.browser.value("!document.querySelector('slipway-live')").flag == true)
    try served.project.save(text: "mended")
    try page.until(text: "mended")
  }

  /// What a page's script gets, nobody sees: a failure, and a crash, which breaks the connection.
  @Test func aFailureBehindThePageIsShownOverItAndOldCodeStaysUsable() throws {
    try withPage(["--on-build-failure", "previous"]) { page, served in
      try page.browser.run("fetch('/fail');")
      try page.untilOverlay(shows: "Asked to fail")
      try page.browser.press(Browser.Keys.escape)
      try page.untilNoOverlay()
      try page.browser.run("fetch('/trap');")
      try page.untilOverlay(shows: "crashed")
      #expect(try page.isMarked)
      // Another page is none of those who asked.
      try page.browser.openTab()
      try page.open("/page?other")
      try saveBroken(served, "no_such_name")
      try page.untilOverlay(shows: "no_such_name")
      #expect(
        try page.browser.value("\(OpenPage.shadow).querySelectorAll('section').length").number == 1
      )
      try page.browser.press(Browser.Keys.escape)
      try page.untilNoOverlay()
      // What was put away is not brought back by another page of the tab.
      try page.open("/page?another")
      try page.until(text: "rev-1")
      try page.browser.until("\(OpenPage.shadow)?.querySelector('.pill button')")
      try served.project.save(text: "rev-2")
      try page.until(text: "rev-2")
      try page.untilNoOverlay()
      try page.browser.show(tab: try page.browser.tabs[0])
      try page.until(text: "rev-2")
      try page.untilNoOverlay()
    }
  }
}
