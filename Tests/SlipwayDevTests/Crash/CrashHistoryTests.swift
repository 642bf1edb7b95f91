import SlipwayDev
import Testing

/// When an application that crashes is loaded again.
@Suite(.timeLimit(.minutes(5)))
struct CrashHistoryTests {
  private let second: UInt64 = 1_000_000_000

  @Test func aCrashNowAndThenIsForgiven() {
    var history = CrashHistory()
    for time in stride(from: 0, through: 100, by: 6) as StrideThrough<UInt64> {
      #expect(history.crashed(at: time * second, isLoading: false) == .loadAgain)
    }
  }

  @Test func theThirdCrashInTenSecondsIsALoop() {
    var history = CrashHistory()
    #expect(history.crashed(at: 5 * second, isLoading: false) == .loadAgain)
    #expect(history.crashed(at: 9 * second, isLoading: false) == .loadAgain)
    #expect(history.crashed(at: 15 * second, isLoading: false) == .holdBack(.loop))
  }

  @Test func oneThatIsOlderDoesNotCount() {
    var history = CrashHistory()
    _ = history.crashed(at: 5 * second, isLoading: false)
    _ = history.crashed(at: 9 * second, isLoading: false)
    #expect(history.crashed(at: 15 * second + 1, isLoading: false) == .loadAgain)
    #expect(history.crashed(at: 16 * second, isLoading: false) == .holdBack(.loop))
  }

  @Test func whatCrashesWhileItIsLoadedIsNotLoadedAgain() {
    var history = CrashHistory()
    #expect(history.crashed(at: second, isLoading: true) == .holdBack(.loading))
  }

  @Test(arguments: [1, 5])
  func theLimitIsTheConfigurations(limit: Int) {
    var history = CrashHistory()
    for time in 1..<limit {
      let verdict = history.crashed(at: UInt64(time) * second, isLoading: false, limit: limit)
      #expect(verdict == .loadAgain)
    }
    let last = history.crashed(at: UInt64(limit) * second, isLoading: false, limit: limit)
    #expect(last == .holdBack(.loop))
  }

  @Test func withoutALimitThereIsNoLoop() {
    var history = CrashHistory()
    for _ in 0..<100 {
      #expect(history.crashed(at: second, isLoading: false, limit: 0) == .loadAgain)
    }
    #expect(history.times.count == 1)
  }
}
