import Glibc
import SlipwayDev
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BrowserTests {
  @Test(
    arguments: [
      ([:], []),
      (["DISPLAY": ":0"], [["xdg-open", "u"]]),
      (["WAYLAND_DISPLAY": "w", "BROWSER": ""], [["xdg-open", "u"]]),
      (["BROWSER": "firefox:lynx --x %s: "], [["firefox", "u"], ["lynx", "--x", "u"]]),
    ] as [([String: String], [[String]])]
  )
  func choosesTheCommand(_ environment: [String: String], _ commands: [[String]]) {
    #expect(Browser.commands(for: "u", environment: environment) == commands)
  }

  @Test(arguments: ["/nonexistent/browser", "false", "/nonexistent/a:false"])
  func saysThatItFailed(_ browser: String) async {
    let error = await withCheckedContinuation { continuation in
      Browser.open("http://x/", environment: ["BROWSER": browser]) {
        continuation.resume(returning: $0)
      }
    }
    #expect(error.stableCode == "SW118")
    #expect(error.remedy == "Open http://x/ yourself.")
  }

  @Test func triesTheNextCommandUntilOneWorks() throws {
    try withScratchDirectory { scratch in
      let pipe = scratch.path + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      Browser.open(pipe, environment: ["BROWSER": "false:dd of=%s"]) { _ in
        Issue.record("dd should have worked")
      }
      // Returns when somebody opens the other end.
      let readEnd = open(pipe, O_RDONLY)
      #expect(readEnd >= 0)
      close(readEnd)
    }
  }
}
