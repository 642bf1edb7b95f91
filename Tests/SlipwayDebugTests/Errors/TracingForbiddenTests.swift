import SlipwayDebug
import SlipwaySystem
import Testing

/// What is said to somebody whose debugger may not trace the server: SW211.
@Suite struct TracingForbiddenTests {
  @Test(
    arguments: [
      (
        .onlyWithCapability, "kernel.yama.ptrace_scope is 2",
        "sudo sysctl kernel.yama.ptrace_scope=1"
      ),
      (.neverAgain, "kernel.yama.ptrace_scope is 3", "until the next boot"),
      (.perhapsFiltered, "a seccomp filter is in force", "--cap-add=SYS_PTRACE"),
    ] as [(Tracing.Obstacle, String, String)]
  )
  func eachObstacleHasItsRemedy(obstacle: Tracing.Obstacle, message: String, remedy: String) {
    let error = DebugError.tracingForbidden(obstacle)
    #expect(error.stableCode == "SW211")
    #expect(error.message.contains(message))
    #expect(error.message.hasSuffix("."))
    #expect(error.remedy?.contains(remedy) == true)
  }

  /// A filter is only one reason why an attachment may have failed: what the debugger server said of it
  /// is there to be read.
  @Test func theDebuggerServersOwnWordsAreThereWhereTheReasonIsAGuess() {
    let words = "attach failed: Operation not permitted"
    let error = DebugError.tracingForbidden(.perhapsFiltered, words: words)
    #expect(error.message.hasSuffix(" It said: \(words)."))
    #expect(error.remedy?.contains("strace") == true)
  }
}
