import SlipwayCore
import SlipwayDev
import SlipwayTestSupport
import Testing

/// The crashes that are kept.
@Suite(.timeLimit(.minutes(5)))
struct CrashStoreTests {
  private func report(_ number: Int) -> CrashReport {
    CrashReport(
      time: "2026-01-31T10:15:\(10 + number).000Z",
      generation: number,
      title: "Crash \(number)",
      cause: "It was time.",
      message: CrashMessage(text: "Fatal error: \(number)", file: "App/App.swift", line: number),
      backtraces: [
        Backtrace(
          thread: 1,
          threadName: "main",
          cause: "SIGILL",
          frames: [
            Backtrace.Frame(address: 16, module: "/lib/libc.so", function: "abort"),
            Backtrace.Frame(
              address: 32,
              module: "/app/libApp.so",
              function: "App.respond(to:)",
              file: "/app/App.swift",
              line: 7,
              isApplication: true
            ),
          ]
        )
      ],
      printed: "last words",
      exchanges: [
        CrashReport.Exchange(
          request: RequestSummary(method: "GET", target: "/x", fields: []),
          number: 1,
          id: "\(number)-1",
          milliseconds: 12,
          isCulprit: true
        )
      ]
    )
  }

  @Test func theLastTwentyAreKeptTheNewestFirst() throws {
    try withScratchDirectory { try keepTheLastTwenty(in: $0) }
  }

  private func keepTheLastTwenty(in directory: ScratchDirectory) throws {
    let store = CrashStore(state: directory.path)
    for number in 1...25 { _ = try store.store(report(number)) }
    let expected: [CrashReport] = (6...25).reversed().map { report($0) }
    #expect(store.reports == expected)
    #expect(ProcessInspection.entries(store.directory).count == 40)
  }

  @Test func whatADeathHasLeftIsRemoved() throws {
    try withScratchDirectory { directory in
      let store = CrashStore(state: directory.path)
      _ = try store.store(report(1))
      try directory.write("half", to: "crashes/20260131T101511.000-g1.json.new-77")
      _ = try store.store(report(2))
      #expect(ProcessInspection.entries(store.directory).count == 4)
    }
  }

  @Test func aFileThatIsNoReportIsPassedOver() throws {
    try withScratchDirectory { directory in
      let store = CrashStore(state: directory.path)
      _ = try store.store(report(1))
      try directory.write("{}", to: "crashes/20260131T101512.000-g2.json")
      #expect(store.reports == [report(1)])
    }
  }

  @Test func theTextHasTheApplicationFirst() throws {
    let text = report(3).text
    #expect(text.hasPrefix("Crash 3\n"))
    #expect(text.contains("/app/App.swift:7"))
    let own = try #require(text.firstRange(of: "Of the application:\n#1"))
    let all = try #require(text.firstRange(of: "All:\n#0"))
    #expect(own.lowerBound < all.lowerBound)
    #expect(text.contains("GET /x, request 3-1, for 12 ms, crashed"))
    #expect(text.contains("last words"))
  }

  @Test func thePlaceIsTheApplicationsEvenIfTheRuntimeNamesAnother() {
    #expect(report(3).place?.file == "/app/App.swift")
    var other = report(3)
    other.backtraces = []
    #expect(other.place?.file == "App/App.swift")
  }

  @Test func pagesShowTheApplicationsFramesWithTheirSourcesAndEachPlaceOnce() throws {
    try withScratchDirectory { try showFrames(in: $0) }
  }

  private func showFrames(in directory: ScratchDirectory) throws {
    let file = directory.path + "/App.swift"
    try directory.write(Array("func sink() {\n  sink()\n}\nsink()\n".utf8), to: "App.swift")
    func frame(_ function: String, _ line: Int) -> Backtrace.Frame {
      Backtrace.Frame(address: 1, function: function, file: file, line: line, isApplication: true)
    }
    let library = Backtrace.Frame(address: 2, module: "/lib/libc.so", function: "start")
    let recursion = Array(repeating: frame("sink()", 2), count: 3)
    var backtrace = Backtrace(
      thread: 1,
      threadName: "main",
      cause: "SIGSEGV",
      frames: recursion + [frame("main", 4), library]
    )
    backtrace.quoteSources()
    var report = report(3)
    report.backtraces = [backtrace]
    report.excerpt = "the place"
    let sections = ErrorPage(report, for: nil).sections
    guard case .frames(_, let frames) = sections[1], case .output(_, let all) = sections[2] else {
      Issue.record("\(sections)")
      return
    }
    #expect(frames.map(\.function) == ["sink()", "main"])
    // The first is what the page begins with.
    #expect(frames[0].excerpt == nil)
    #expect(frames[1].excerpt?.contains("4 | sink()") == true)
    #expect(all.split(separator: "\n").count == 5)
    #expect(all.contains("start in libc.so"))
  }

  @Test func pagesSayWhoseCrashItWas() {
    var report = report(3)
    let own = ErrorPage(report, for: report.exchanges[0])
    #expect(own.code == "SW180")
    #expect(own.status == 500)
    #expect(!own.healsByItself)
    var other = report.exchanges[0]
    other.isCulprit = false
    report.exchanges.append(other)
    let page = ErrorPage(report, for: other)
    #expect(page.code == "SW181")
    #expect(page.status == 503)
    #expect(page.message.contains("Another request crashed the process"))
    report.exchanges[0].isCulprit = false
    #expect(ErrorPage(report, for: other).message.contains("this request and 1 more"))
  }
}
