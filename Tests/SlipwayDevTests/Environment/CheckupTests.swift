import SlipwayDev
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CheckupTests {
  @Test func findsNothingWrongWithADirectoryOfFiles() throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let sources = scratch.sources { $0.settings[.listen] = ["127.0.0.1:0"] }
      let findings = Checkup(configuration: try sources.resolve(), environment: [:]).run()
      #expect(findings.filter { $0.verdict == .fail } == [])
      #expect(!scratch.has(".slipway"))
    }
  }

  @Test func saysWhatIsOpenToOthers() throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let sources = scratch.sources {
        $0.settings[.listen] = ["0.0.0.0:0", "localhost:0", "[::ffff:127.0.0.1]:0"]
        $0.settings[.allowedHosts] = ["all"]
      }
      let findings = Checkup(configuration: try sources.resolve(), environment: [:]).run()
      let ofTheMachine = ["inotify", "descriptors"]
      let warnings = findings.filter {
        $0.verdict == .warn && !ofTheMachine.contains($0.subject)
      }
      #expect(warnings.map(\.subject) == ["address", "hosts"])
      #expect(warnings.first?.message.contains("0.0.0.0:0") == true)
      #expect(warnings.allSatisfy { $0.remedy != nil })
    }
  }

  @Test func namesWhatIsMissingAndHowToMendIt() throws {
    try withScratchDirectory(files: ["slipway.yaml": ""]) { scratch in
      let sources = scratch.sources {
        $0.settings[.mounts] = ["/a=files:gone", "/b=swift:."]
        $0.settings[.listen] = ["203.0.113.1:1", "unix:gone/app.sock"]
      }
      let findings = Checkup(
        configuration: try sources.resolve(),
        environment: ["SLIPWAY_LISTN": "x"]
      )
      .run()
      let failed = findings.filter { $0.verdict == .fail && $0.subject != "toolchain" }
      #expect(failed.map(\.subject) == ["mount", "mount", "address", "address"])
      #expect(failed.allSatisfy { $0.remedy != nil })
      #expect(
        findings.first { $0.verdict == .warn }?.remedy == "Did you mean SLIPWAY_LISTEN?"
      )
    }
  }
}
