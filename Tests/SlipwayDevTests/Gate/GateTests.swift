import SlipwayCore
import SlipwayDev
import SlipwayTestSupport
import Synchronization
import Testing

/// What an exchange is told just before its dispatch.
@Suite(.timeLimit(.minutes(5)))
struct GateTests {
  private let unit = UnitID(0)
  private let mount = Mount(prefix: "/", kind: "swift", target: "app")
  private let files = Mount(prefix: "/static", kind: "files", target: "public", index: 1)
  private let page = ErrorPage(code: "SW080", status: 500, title: "Build failed", message: "No.")

  /// What the gate asks and whom it tells.
  private final class Surroundings: Sendable {
    let isUncertain = Mutex(false)
    let retries = Mutex<[UnitID]>([])
    let time = Mutex(ContinuousClock.now)
  }

  private let around = Surroundings()

  private func gate() -> Gate {
    Gate(
      unitCount: 2,
      units: [mount: unit],
      files: [files: Deaf()],
      isUncertain: { [around] in around.isUncertain.withLock { $0 } },
      onRetry: { [around] unit in around.retries.withLock { $0.append(unit) } },
      now: { [around] in around.time.withLock { $0 } }
    )
  }

  /// A gate that lets exchanges pass, its unit never changed.
  private func openGate() -> Gate {
    let gate = gate()
    gate.open(unit, for: 0, to: Deaf())
    return gate
  }

  @Test func isClosedUntilItIsOpened() {
    let gate = gate()
    #expect(gate.admit(to: mount).name == "hold")
    gate.open(unit, for: 0, to: Deaf())
    #expect(gate.admit(to: mount).name == "dispatch")
  }

  @Test func givesTheExchangeToTheApplicationItWasOpenedTo() {
    let application = Deaf()
    let gate = gate()
    gate.open(unit, for: 0, to: application)
    guard case .dispatch(let found) = gate.admit(to: mount) else {
      Issue.record("it is not open")
      return
    }
    #expect(found as? Deaf === application)
  }

  @Test func asksOnceForAllThatIsReadTogether() {
    let gate = openGate()
    var isCertain = false
    #expect(gate.admit(to: mount, isCertain: &isCertain).name == "dispatch")
    #expect(isCertain)
    around.isUncertain.withLock { $0 = true }
    #expect(gate.admit(to: mount, isCertain: &isCertain).name == "dispatch")
    isCertain = false
    #expect(gate.admit(to: mount, isCertain: &isCertain).name == "hold")
    #expect(!isCertain)
  }

  @Test func holdsWhatIsCertainOnceTheChangeIsKnown() {
    let gate = openGate()
    var isCertain = true
    _ = gate.close(changed: [unit])
    #expect(gate.admit(to: mount, isCertain: &isCertain).name == "hold")
  }

  @Test func holdsWhatAsksAfterAChange() {
    let gate = openGate()
    #expect(gate.close(changed: [unit]) == [unit: 1])
    #expect(gate.admit(to: mount).name == "hold")
  }

  @Test func doesNotOpenForCodeFromBeforeAChange() {
    let gate = openGate()
    _ = gate.close(changed: [unit])
    _ = gate.close(changed: [unit])
    gate.open(unit, for: 1, to: Deaf())
    #expect(gate.admit(to: mount).name == "hold")
    gate.answer(unit, for: 1, with: page, isRetryable: false)
    #expect(gate.admit(to: mount).name == "hold")
    gate.open(unit, for: 2, to: Deaf())
    #expect(gate.admit(to: mount).name == "dispatch")
  }

  @Test func countsTheChangesOfEachUnitByItself() {
    let gate = openGate()
    #expect(gate.close(changed: [UnitID(1)]) == [UnitID(1): 1])
    #expect(gate.admit(to: mount).name == "dispatch")
    #expect(gate.close(changed: [unit, UnitID(1)]) == [unit: 1, UnitID(1): 2])
  }

  @Test func aGateClosedWithoutAChangeOpensForTheSameCode() {
    let gate = openGate()
    gate.close(unit)
    #expect(gate.admit(to: mount).name == "hold")
    gate.open(unit, for: 0, to: Deaf())
    #expect(gate.admit(to: mount).name == "dispatch")
  }

  @Test func holdsWhileItIsUncertainWhetherSomethingChanged() {
    let gate = openGate()
    around.isUncertain.withLock { $0 = true }
    #expect(gate.admit(to: mount).name == "hold")
    around.isUncertain.withLock { $0 = false }
    #expect(gate.admit(to: mount).name == "dispatch")
  }

  /// The change is reported between the two questions of an exchange.
  @Test func asksWhetherItIsCertainBeforeItLooksWhetherItIsOpen() {
    let closing = Mutex<(@Sendable () -> Void)?>(nil)
    let gate = Gate(
      unitCount: 1,
      units: [mount: unit],
      files: [:],
      isUncertain: {
        closing.withLock { $0.take() }?()
        return false
      },
      onRetry: { _ in }
    )
    gate.open(unit, for: 0, to: Deaf())
    closing.withLock { closing in
      closing = { [unit] in _ = gate.close(changed: [unit]) }
    }
    #expect(gate.admit(to: mount).name == "hold")
  }

  @Test func filesAreNeverHeld() {
    let gate = gate()
    around.isUncertain.withLock { $0 = true }
    #expect(gate.admit(to: files).name == "dispatch")
  }

  @Test func answersWithThePageUntilTheNextChange() {
    let gate = openGate()
    gate.answer(unit, for: 0, with: page, isRetryable: false)
    for _ in 0..<3 { #expect(gate.admit(to: mount).name == "answer SW080") }
    #expect(around.retries.withLock { $0 } == [])
    _ = gate.close(changed: [unit])
    #expect(gate.admit(to: mount).name == "hold")
  }

  @Test func aFailureIsShownToThoseWhoWaitedForIt() {
    let gate = openGate()
    gate.answer(unit, for: 0, with: page, isRetryable: true)
    #expect(gate.admit(to: mount).name == "answer SW080")
    #expect(around.retries.withLock { $0 } == [])
  }

  @Test func oneExchangeTriesAnOldFailureAgainAndIsHeldTheOthersGetThePage() {
    let gate = openGate()
    gate.answer(unit, for: 0, with: page, isRetryable: true)
    around.time.withLock { $0 += .seconds(2) }
    #expect(gate.admit(to: mount).name == "hold")
    #expect(gate.admit(to: mount).name == "answer SW080")
    #expect(around.retries.withLock { $0 } == [unit])
  }

  /// Saves and openings on two threads: whatever the order, the gate is never left open for an
  /// epoch that a later change has overtaken.
  @Test func neverLetsThePastPassWhenChangesAndOpeningsRace() throws {
    let gate = gate()
    let newest = Monitor<Epoch>(0)
    let saves = Concurrent { [unit] in
      for _ in 0..<2000 {
        let epochs = gate.close(changed: [unit])
        newest.update { $0 = epochs[unit] ?? $0 }
      }
    }
    while !saves.isDone {
      let epoch = newest.update { $0 }
      gate.open(unit, for: epoch, to: Deaf(epoch))
    }
    try saves.value()
    let last = newest.update { $0 }
    if case .dispatch(let application) = gate.admit(to: mount) {
      #expect((application as? Deaf)?.epoch == last)
    }
    gate.open(unit, for: last, to: Deaf(last))
    #expect(gate.admit(to: mount).name == "dispatch")
  }
}

/// An application that nobody gives an exchange to.
private final class Deaf: Application {
  let epoch: Epoch

  init(_ epoch: Epoch = 0) { self.epoch = epoch }

  func handle(_ exchange: Exchange) {}
}

extension Admission {
  fileprivate var name: String {
    switch self {
    case .dispatch: "dispatch"
    case .hold: "hold"
    case .answer(let page): "answer \(page.code)"
    }
  }
}
