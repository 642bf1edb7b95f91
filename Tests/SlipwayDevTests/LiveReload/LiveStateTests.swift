import SlipwayCore
import SlipwayDev
import SlipwayTestSupport
import Testing

/// What pages are told, and what they have missed.
@Suite struct LiveStateTests {
  private static let page = ErrorPage(code: "SW022", status: 500, title: "Broken", message: "<b>")

  private func hello(_ state: LiveState, after mark: String) throws -> ServerEvent.Value {
    try #require(ServerEvent.Value(json: state.greeting(after: mark).message))
  }

  private func paths(_ state: LiveState, after mark: String) throws -> [String] {
    try hello(state, after: mark)["paths"]?.list.compactMap(\.text) ?? []
  }

  @Test func aPageIsToldOfTheSavesSinceItWasGivenOut() throws {
    let state = LiveState(inheriting: nil, isNewCode: false)
    let first = state.value.version
    _ = state.note(changed: ["/a.css"])
    let second = state.value.version
    _ = state.note(changed: ["/b.css", "/c.css"])
    #expect(try paths(state, after: first) == ["/a.css", "/b.css", "/c.css"])
    #expect(try paths(state, after: "t=x&v=\(second)") == ["/b.css", "/c.css"])
    #expect(try paths(state, after: state.value.version) == [])
  }

  /// An empty path stands for anything.
  @Test func aPageThatHasMissedTooMuchIsAskedForAgain() throws {
    let state = LiveState(inheriting: nil, isNewCode: false)
    let first = state.value.version
    for number in 0..<60 { _ = state.note(changed: ["/\(number)"]) }
    #expect(try paths(state, after: first) == [""])
  }

  @Test func theNextGenerationGoesOnWhereTheLastOneStopped() throws {
    let last = LiveState(inheriting: nil, isNewCode: false)
    _ = last.note(changed: ["/a.css"])
    let version = last.value.version
    _ = last.note(changed: ["/b.css"])
    let afterCrash = LiveState(inheriting: last.value, isNewCode: false)
    #expect(try paths(afterCrash, after: version) == ["/b.css"])
    let next = LiveState(inheriting: last.value, isNewCode: true)
    #expect(next.value.token == last.value.token)
    // Other code: the page is asked for again anyway.
    #expect(try paths(next, after: version) == [])
    #expect(try hello(next, after: version)["edition"]?.number == 2)
    #expect(LiveState(inheriting: nil, isNewCode: false).value.token != last.value.token)
  }

  /// A crash leaves what the standby was told, which may lack the latest saves: a page that has seen
  /// them must not take the next ones for known.
  @Test func aSaveThatACrashHasMadeUsForgetHidesNoLaterOne() throws {
    let last = LiveState(inheriting: nil, isNewCode: false)
    let standby = last.value
    _ = last.note(changed: ["/a.css"])
    let version = last.value.version
    let afterCrash = LiveState(inheriting: standby, isNewCode: false)
    #expect(try paths(afterCrash, after: version) == [])
    _ = afterCrash.note(changed: ["/b.css"])
    #expect(try paths(afterCrash, after: version) == [""])
  }

  @Test func itSaysWhatThoseWaitForWhoseRequestsAreHeld() {
    let state = LiveState(inheriting: nil, isNewCode: false)
    _ = state.note(LiveState.Outlook(state: .building, failures: []))
    #expect(state.situation == "being built")
    _ = state.note(LiveState.Progress(step: 3, count: 40))
    #expect(state.situation == "being built, step 3 of 40")
    _ = state.note(LiveState.Outlook(state: .starting, failures: []))
    #expect(state.situation.hasPrefix("built;"))
    _ = state.note(LiveState.Outlook(state: .building, failures: []))
    #expect(state.situation == "being built")
  }

  @Test func anOutlookIsToldOnceAndToWhoComesLater() throws {
    let state = LiveState(inheriting: nil, isNewCode: false)
    let broken = LiveState.Outlook(state: .failed, failures: [Self.page])
    let told = try #require(state.note(broken))
    let message = try #require(ServerEvent.Value(json: told))
    #expect(message["state"]?.text == "failed")
    #expect(message["problems"]?.list.first?["detail"]?.text == "<b>")
    #expect(state.note(broken) == nil)
    let greeting = try hello(state, after: state.value.version)
    #expect(greeting["problems"] == message["problems"])
    #expect(greeting["news"] == message["news"])
    #expect(state.note(LiveState.Outlook(state: .ready, failures: [])) != nil)
    #expect(try hello(state, after: state.value.version)["problems"]?.list.isEmpty == true)
  }

  @Test func pagesAreToldWhichMountsAnswerWhileOthersAreBeingStarted() throws {
    let (first, second) = (UnitID(0), UnitID(1))
    var machine = LoopMachine(
      units: [.init(library: "1"), .init(library: "2")],
      keepsServing: false
    )
    _ = machine.start()
    let mounts = ["/": first, "/other": second, "/files": nil]
    let state = LiveState(inheriting: nil, isNewCode: false)
    func lists(_ message: String?) throws -> [[String?]] {
      let message = try #require(ServerEvent.Value(json: message ?? ""))
      return ["answering", "waiting"].map { name in message[name]?.list.map(\.text) ?? [] }
    }
    #expect(
      try lists(state.note(LiveState.Outlook(of: machine, mountedAs: mounts)))
        == [["/files"], ["/", "/other"]]
    )
    _ = machine.handle(.loaded(first, library: "1", failure: nil))
    #expect(
      try lists(state.note(LiveState.Outlook(of: machine, mountedAs: mounts)))
        == [["/", "/files"], ["/other"]]
    )
    #expect(try hello(state, after: state.value.version)["waiting"]?.list.count == 1)
    _ = machine.handle(.loaded(second, library: "2", failure: nil))
    let ready = LiveState.Outlook(of: machine, mountedAs: mounts)
    #expect(ready == LiveState.Outlook(state: .ready, failures: []))
  }

  @Test func aFailureBehindAPageIsToldToWhoHasNotHeardOfIt() throws {
    let state = LiveState(inheriting: nil, isNewCode: false)
    let before = state.value.version
    let (told, version) = state.note(failed: Self.page, askedForBy: "http://localhost/\"x")
    let incident = try #require(ServerEvent.Value(json: told)?["incident"])
    #expect(incident["referrer"]?.text == "http://localhost/\"x")
    #expect(incident["problem"]?["code"]?.text == "SW022")
    // A crash breaks the connection: it is heard on the next one.
    let afterCrash = LiveState(inheriting: state.value, isNewCode: false)
    #expect(try hello(afterCrash, after: before)["incident"] == incident)
    #expect(try hello(afterCrash, after: version)["incident"] == .null)
  }

  /// Every open page gets all of it, so that is not a compiler's last megabyte.
  @Test func whatIsToldIsBounded() throws {
    let state = LiveState(inheriting: nil, isNewCode: false)
    var page = Self.page
    page.sections = [
      .output(heading: "Output", text: String(repeating: "x", count: 1_000_000) + "end"),
      .diagnostics(
        (0..<1000).map { ErrorPage.Diagnostic(severity: .error, message: "message \($0)") }
      ),
    ]
    let told = try #require(state.note(LiveState.Outlook(state: .failed, failures: [page])))
    #expect(told.utf8.count < 20_000)
    #expect(told.contains("xend"))
  }

  @Test(arguments: ["", "t=", "t=x", "v=1", "t=TOKENx", "T=TOKEN"])
  func whoDoesNotKnowTheTokenIsNotAdmitted(query: String) {
    let state = LiveState(inheriting: nil, isNewCode: false)
    #expect(!state.admits(query: query.replacing("TOKEN", with: state.value.token)))
    #expect(state.admits(query: "v=1&t=\(state.value.token)"))
  }
}
