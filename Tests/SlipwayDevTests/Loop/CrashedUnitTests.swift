import SlipwayCore
import SlipwayDev
import Testing

/// What the dev loop does with an application that is held back because it crashes.
@Suite(.timeLimit(.minutes(5)))
struct CrashedUnitTests {
  private let unit = UnitID(0)
  private let page = ErrorPage(code: "SW182", status: 500, title: "Crashes", message: "Again.")
  private let better = ErrorPage(code: "SW182", status: 500, title: "Crashes", message: "Line 7.")

  private func crashed(keepsServing: Bool = false, isDirty: Bool = false) -> LoopMachine {
    var history = CrashHistory()
    _ = history.crashed(at: 1, isLoading: true)
    return LoopMachine(
      units: [
        .init(
          isDirty: isDirty,
          library: "1",
          failure: page,
          crashes: history,
          isHeldBack: true
        )
      ],
      keepsServing: keepsServing
    )
  }

  @Test(arguments: [false, true])
  func itIsShownAndNotLoaded(keepsServing: Bool) {
    var machine = crashed(keepsServing: keepsServing)
    let actions = machine.start()
    #expect(actions.contains(.answer(unit, 0, with: page, isRetryable: false)))
    #expect(!actions.contains(.load(unit, library: "1")))
  }

  @Test func whatIsFoundOutLaterIsShownThen() {
    var machine = crashed()
    _ = machine.start()
    #expect(
      machine.handle(.crashExplained(unit, better))
        == [.answer(unit, 0, with: better, isRetryable: false)]
    )
  }

  @Test func aChangeThatBuildsIsLoaded() {
    var machine = crashed()
    _ = machine.start()
    #expect(machine.handle(.changed([unit: 1])).contains(.startBuild(1, unit)))
    #expect(machine.handle(.built(1, .good(library: "2"))).contains(.load(unit, library: "2")))
  }

  @Test func aChangeThatDoesNotBuildLeavesItHeldBack() {
    var machine = crashed(keepsServing: true)
    _ = machine.start()
    _ = machine.handle(.changed([unit: 1]))
    let actions = machine.handle(.built(1, .bad(better, isRetryable: false)))
    #expect(actions.contains(.answer(unit, 1, with: better, isRetryable: false)))
    #expect(!actions.contains(.load(unit, library: "1")))
  }

  @Test func aBuildWithoutAChangeIsNoReasonToTryAgain() {
    var machine = crashed(isDirty: true)
    #expect(machine.start().contains(.startBuild(1, unit)))
    let actions = machine.handle(.built(1, .good(library: "2")))
    #expect(actions.contains(.answer(unit, 0, with: page, isRetryable: false)))
    #expect(!actions.contains(.load(unit, library: "2")))
  }

  @Test func theUserCanHaveItTriedAgain() {
    var machine = crashed()
    _ = machine.start()
    #expect(machine.handle(.restartRequested).contains(.startBuild(1, unit)))
    #expect(
      machine.handle(.built(1, .good(library: "1")))
        == [.close(unit), .drain(reason: .request)]
    )
    #expect(machine.units[0].isHeldBack == false)
    #expect(machine.units[0].failure == nil)
  }

  @Test func aNewConfigurationIsAReasonToTryAgain() {
    var machine = crashed()
    _ = machine.start()
    #expect(machine.handle(.configurationChanged([:])).contains(.drain(reason: .configuration)))
    #expect(machine.units[0].isHeldBack == false)
  }

  @Test func whatTakesLongToLoadIsShownUntilItHasLoaded() {
    var machine = LoopMachine(units: [.init(library: "1")], keepsServing: false)
    _ = machine.start()
    #expect(
      machine.handle(.loadTakesLong(unit, library: "1", page))
        == [.answer(unit, 0, with: page, isRetryable: false)]
    )
    #expect(
      machine.handle(.loaded(unit, library: "1", failure: nil)).first == .open(unit, 0)
    )
    #expect(machine.handle(.loadTakesLong(unit, library: "1", page)).isEmpty)
  }

  @Test func aBuildThatRunsIsToBeMadeAgainByTheNextGeneration() {
    var machine = crashed()
    _ = machine.start()
    #expect(!machine.unitsIfItCrashes[0].isDirty)
    #expect(machine.isSettled)
    _ = machine.handle(.changed([unit: 1]))
    #expect(machine.unitsIfItCrashes[0].isDirty)
    #expect(!machine.isSettled)
  }
}
