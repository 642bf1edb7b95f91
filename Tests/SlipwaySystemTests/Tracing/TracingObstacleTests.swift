import SlipwaySystem
import Testing

/// Why a process may not be traced, from what proc(5) shows of a machine that forbids it.
@Suite struct TracingObstacleTests {
  /// Of a user, of root, and of root in a container of Docker's.
  private static let (nobody, root, container) = (
    "0000000000000000", "000001ffffffffff", "00000000a80425fb"
  )

  private static func status(capabilities: String, seccomp: String = "0") -> String {
    """
    Name:\tslipway
    State:\tS (sleeping)
    TracerPid:\t0
    CapInh:\t0000000000000000
    CapPrm:\t000001ffffffffff
    CapEff:\t\(capabilities)
    CapBnd:\t000001ffffffffff
    NoNewPrivs:\t0
    Seccomp:\t\(seccomp)
    Seccomp_filters:\t\(seccomp == "2" ? 1 : 0)

    """
  }

  @Test(
    arguments: [
      // Where there is no Yama, and where it lets those trace who have been named.
      ("", nobody, nil), ("0\n", nobody, nil), ("1\n", nobody, nil), ("1\n", root, nil),
      ("2\n", nobody, .onlyWithCapability), ("2\n", container, .onlyWithCapability),
      ("2\n", root, nil),
      // Nobody at all, not even root.
      ("3\n", nobody, .neverAgain), ("3\n", root, .neverAgain),
    ] as [(String, String, Tracing.Obstacle?)]
  )
  func yamaIsOne(scope: String, capabilities: String, obstacle: Tracing.Obstacle?) {
    let status = Self.status(capabilities: capabilities)
    #expect(Tracing.obstacle(status: status, scope: scope) == obstacle)
  }

  @Test(
    arguments: [
      ("2", nobody, .perhapsFiltered), ("2", container, .perhapsFiltered),
      // As with --cap-add=SYS_PTRACE.
      ("2", "00000000a80c25fb", nil), ("2", root, nil),
      // No filter, and the strict mode of old.
      ("0", container, nil), ("1", container, nil),
    ] as [(String, String, Tracing.Obstacle?)]
  )
  func aFilterMayBeOneWithoutTheCapability(
    seccomp: String,
    capabilities: String,
    obstacle: Tracing.Obstacle?
  ) {
    let status = Self.status(capabilities: capabilities, seccomp: seccomp)
    for scope in ["", "1\n"] {
      #expect(Tracing.obstacle(status: status, scope: scope) == obstacle)
    }
  }

  @Test func whatIsSaidForCertainComesBeforeWhatMayBe() {
    let status = Self.status(capabilities: Self.container, seccomp: "2")
    #expect(Tracing.obstacle(status: status, scope: "2\n") == .onlyWithCapability)
    #expect(Tracing.obstacle(status: status, scope: "3\n") == .neverAgain)
  }

  /// Where /proc is not mounted, for one.
  @Test func nothingIsSaidWhereNothingIsKnown() {
    #expect(Tracing.obstacle(status: "", scope: "") == nil)
    #expect(Tracing.obstacle(status: "Seccomp:\nCapEff:\tx\n", scope: "\n") == nil)
  }
}
