import Glibc
import SlipwayTestSupport
import Testing

/// A build that fails is a page, and mending it heals everything.
@Suite(.serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct BrokenBuildTests {
  /// What clients ask for, and what they get.
  static let formats: [(accept: String, type: String)] = [
    ("text/html,application/xhtml+xml;q=0.9", "text/html"),
    ("application/json", "application/problem+json"),
    ("application/problem+json", "application/problem+json"),
    ("*/*", "text/plain"),
  ]

  @Test func aBrokenBuildIsAPageWithFileLineAndMessage() throws {
    try withServedProject { served in
      try served.project.save(
        "\nconst char *const text = no_such_name;\n",
        to: served.project.textFile
      )
      for (accept, type) in Self.formats {
        let response = try served.get(fields: "Accept: \(accept)\r\n")
        #expect(response.status == 500)
        #expect(response["content-type"]?.hasPrefix(type) == true, "for \(accept)")
        #expect(response.text.contains("Sources/App/text.c"))
        #expect(response.text.contains("no_such_name"))
        #expect(response["slipway-generation"] != nil)
      }
      let plain = try served.get(fields: "Accept: */*\r\n").text
      #expect(plain.contains("text.c:2"))
      #expect(served.project.settles(in: "failed"))
      let failure = try served.server.event("build-failed")["failure"]
      let diagnostic = failure?["diagnostics"]?.list.first
      #expect(diagnostic?["line"]?.number == 2)
      #expect(diagnostic?["severity"]?.text == "error")

      try served.project.save(text: "mended")
      #expect(try served.get().text == "mended")
      #expect(served.project.settles(in: "ready"))
    }
  }

  @Test func breakingAndMendingTwentyTimesInARowHealsEachTime() throws {
    try withServedProject { served in
      let pid = served.server.pid
      for number in 0..<20 {
        let style = Project.SaveStyle.allCases[number % 2]
        try served.project.save("broken-\(number)!\n", to: served.project.textFile, style)
        #expect(try served.get().status == 500)
        // Every other time the text is the one from before, so the library may be as well.
        let text = number.isMultiple(of: 2) ? "mended-\(number)" : "mended-\(number - 1)"
        try served.project.save(text: text, style)
        let response = try served.get()
        #expect(response.status == 200)
        #expect(response.text == text)
      }
      #expect(served.server.pid == pid && served.server.isRunning)
    }
  }

  @Test func thePreviousCodeServesOnIfThatIsWanted() throws {
    try withServedProject(arguments: ["--on-build-failure", "previous"]) { served in
      #expect(try served.get().text == "rev-1")
      let mark = served.server.mark
      try served.project.save("broken!\n", to: served.project.textFile)
      let response = try served.get()
      #expect(response.status == 200)
      #expect(response.text == "rev-1")
      try served.server.event("build-failed", since: mark)
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
    }
  }

  @Test func aPackageThatIsBrokenAtTheStartIsServedOnceItIsMended() throws {
    try withServedProject(
      prepare: { try $0.save("broken!\n", to: $0.textFile) },
      { served in
        #expect(try served.get().status == 500)
        try served.project.save(text: "mended")
        #expect(try served.get().text == "mended")
      }
    )
  }

  @Test func aBrokenManifestIsAPageAndHeals() throws {
    try withServedProject { served in
      let manifest = Project.manifest(product: "CSlipwayABI")
      try served.project.save(
        manifest.replacing("let package", with: "let package = 1\nlet package"),
        to: "Package.swift"
      )
      let broken = try served.get()
      #expect(broken.status == 500)
      #expect(broken.text.contains("Package.swift"))
      try served.project.save(manifest, to: "Package.swift")
      #expect(try served.get().text == "rev-1")
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
    }
  }

  @Test func aLibraryWithoutAnEntryPointIsAPageAndHeals() throws {
    try withServedProject { served in
      let source = try read(served.project.path + "/Sources/App/app.c")
      try served.project.save(
        source.replacing("*slipway_application(", with: "*another_name("),
        to: "Sources/App/app.c"
      )
      let broken = try served.get()
      #expect(broken.status == 500)
      #expect(broken.text.contains("slipway_application"))
      try served.project.save(source, to: "Sources/App/app.c")
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func anApplicationThatRefusesToStartIsAPageAndHeals() throws {
    try withServedProject { served in
      let mark = served.server.mark
      try served.project.save(text: "refuse")
      let refused = try served.get()
      #expect(refused.status == 500)
      let line = try served.server.event("application-log", since: mark)
      #expect(line["message"]?.text == "No tide table found")
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
    }
  }

  @Test func aFailureOfTheApplicationIsAPage() throws {
    try withServedProject { served in
      let failed = try served.get("/fail")
      #expect(failed.status == 500)
      #expect(failed.text.contains("Asked to fail"))
    }
  }
}
