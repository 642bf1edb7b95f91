import SlipwayTestSupport
import Testing

/// What a real browser makes of the server.
@Suite(
  .slow,
  .showingBrowser,
  .serialized,
  .timeLimit(.minutes(20)),
  .showingServerLog,
  .onLane
)
struct BrowserTests {
  /// The page's connection is closed with 1012 (service restart), and the one that it opens at once
  /// is held until the new code answers it.
  @Test func aPageWithAWebSocketIsToldOfEachRestartAndMeetsTheNewCode() throws {
    try withScratchDirectory(named: "browser") { directory in
      try directory.makeDirectory("app")
      try directory.makeDirectory("profile")
      let project = try Project.swift(in: ScratchDirectory(path: directory.path("app")))
      try serve(project) { served in
        let browser = try Chromium(
          showing: "http://127.0.0.1:\(served.port)/page",
          profile: ScratchDirectory(path: directory.path("profile"))
        )
        try withExtendedLifetime(browser) {
          try served.untilReported("message rev-1 grüße 1 v1")
          for number in 2..<4 {
            let mark = served.server.mark
            try served.project.save(text: "rev-\(number)")
            try served.untilReported("close 1012 true")
            try served.untilReported("message rev-\(number) grüße \(number) v1")
            #expect(served.server.events("cut", since: mark).isEmpty)
          }
        }
        // Nothing else was reported: no connection was refused, none answered by old code.
        let reports = served.reports
        #expect(
          reports.filter { $0.hasPrefix("message") }
            == ["message rev-1 grüße 1 v1", "message rev-2 grüße 2 v1", "message rev-3 grüße 3 v1"]
        )
        #expect(reports.filter { $0.hasPrefix("close") } == ["close 1012 true", "close 1012 true"])
      }
    }
  }

  /// Over HTTPS, as a user has it who trusts the project's authority: the page by HTTP/2, the WebSocket
  /// beside it. No certificate warning is clicked away here, the browser checks the chain.
  @Test(.enabled(if: Chromium.canTrust, "no certutil: devkit/install libnss3-tools"))
  func aPageOverHTTPSIsToldOfEachRestartAndMeetsTheNewCode() throws {
    try withScratchDirectory(named: "browser") { directory in
      try directory.makeDirectory("app")
      try directory.makeDirectory("profile")
      let project = try Project.swift(in: ScratchDirectory(path: directory.path("app")))
      var options = ServerProcess.Options()
      options.arguments = ["--tls"]
      try serve(project, options) { served in
        let browser = try Chromium(
          showing: "https://localhost:\(served.port)/page",
          profile: ScratchDirectory(path: directory.path("profile")),
          trusting: served.authority
        )
        try withExtendedLifetime(browser) {
          try served.untilReported("message rev-1 grüße 1 v1")
          for number in 2..<4 {
            try served.project.save(text: "rev-\(number)")
            try served.untilReported("close 1012 true")
            try served.untilReported("message rev-\(number) grüße \(number) v1")
          }
        }
        for (target, name) in [
          ("/page", "HTTP/2.0"), ("/report", "HTTP/2.0"), ("/socket", "HTTP/1.1"),
        ] {
          let exchange = try served.server.event("exchange") { $0["target"]?.text == target }
          #expect(exchange["protocol"]?.text == name)
        }
        #expect(served.fronts.count == 1)
      }
    }
  }

  /// What the sample application's page asks for when it hears of a change is the page itself.
  @Test func thePageOfTheSampleAppFollowsTheBoardOverRestarts() throws {
    try withScratchDirectory(named: "browser") { directory in
      try directory.makeDirectory("app")
      try directory.makeDirectory("profile")
      let project = try Project.sampleApp(in: ScratchDirectory(path: directory.path("app")))
      try serve(project) { served in
        let browser = try Chromium(
          showing: "http://127.0.0.1:\(served.port)/",
          profile: ScratchDirectory(path: directory.path("profile"))
        )
        try withExtendedLifetime(browser) {
          try served.untilShown(times: 2, since: ServerLog.start)
          for number in 2..<4 {
            let posting = served.server.mark
            try served.post("{\"author\": \"Aurora\", \"text\": \"Late\"}", to: "/api/notices")
            try served.untilShown(times: 1, since: posting)
            let saving = served.server.mark
            try served.project.save(text: "rev-\(number)")
            // The page connects again, and looks for what it may have missed.
            try served.untilShown(times: 1, since: saving)
          }
        }
      }
    }
  }
}

extension ServedProject {
  /// Waits until the browser has got the page so many times.
  fileprivate func untilShown(times: Int, since mark: ServerLog.Mark) throws {
    var seen: Set<Int> = []
    try server.event("exchange", since: mark) { event in
      guard event["target"]?.text == "/", event["status"]?.number == 200 else { return false }
      // Asked about the same events again whenever there is a new one.
      if let id = event["id"]?.number { seen.insert(id) }
      return seen.count == times
    }
  }

  fileprivate func post(_ json: String, to target: String) throws {
    let client = try connect()
    try client.send(
      "POST \(target) HTTP/1.1\r\nHost: e2e\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(json.utf8.count)\r\n\r\n\(json)"
    )
    let status = try client.response().status
    #expect(status == 201)
  }

  /// What the page has reported, in order.
  fileprivate var reports: [String] {
    server.events("application-log")
      .compactMap { event in
        guard let message = event["message"]?.text, message.hasPrefix("Report: ") else {
          return nil
        }
        return String(message.dropFirst("Report: ".count))
      }
  }

  fileprivate func untilReported(_ report: String) throws {
    try server.event("application-log") { $0["message"]?.text == "Report: \(report)" }
  }
}
