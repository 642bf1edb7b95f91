import SlipwayDev
import SlipwaySystem
import Testing

/// Whether the process may open as many files as the configuration has connections.
@Suite(.timeLimit(.minutes(5)))
struct DescriptorShortageTests {
  @Test(arguments: [(1, false), (1_000, false), (20_000, true)])
  func connectionsBeyondTheHardLimitAreAShortage(connections: Int, isShortage: Bool) {
    var limits = ConnectionLimits()
    limits.connections = connections
    let found = limits.shortage(of: DescriptorLimit(soft: 1024, hard: 4096))
    #expect((found?.code == .tooFewDescriptors) == isShortage)
  }
}
