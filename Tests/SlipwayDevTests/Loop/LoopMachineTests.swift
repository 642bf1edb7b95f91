import SlipwayCore
import SlipwayDev
import Testing

/// The dev loop's policy, without files, compilers or sockets.
@Suite(.timeLimit(.minutes(5)))
struct LoopMachineTests {
  private let unit = UnitID(0)
  private let page = ErrorPage(code: "SW080", status: 500, title: "Build failed", message: "No.")

  private func machine(keepsServing: Bool = false) -> LoopMachine {
    LoopMachine(units: [.init(isDirty: true)], keepsServing: keepsServing)
  }

  /// A machine whose only unit serves library `1`, built as number 1.
  private func serving(keepsServing: Bool = false) -> LoopMachine {
    var machine = machine(keepsServing: keepsServing)
    _ = machine.start()
    _ = machine.handle(.built(1, .good(library: "1")))
    _ = machine.handle(.loaded(unit, library: "1", failure: nil))
    return machine
  }

  @Test func buildsAtTheFirstStart() {
    var machine = machine()
    #expect(machine.start() == [.startBuild(1, unit), .publish(.building)])
  }

  @Test func loadsInPlaceWhatNothingWasLoadedOfBefore() {
    var machine = machine()
    _ = machine.start()
    #expect(
      machine.handle(.built(1, .good(library: "1")))
        == [.load(unit, library: "1"), .publish(.starting)]
    )
    #expect(
      machine.handle(.loaded(unit, library: "1", failure: nil))
        == [.open(unit, 0), .publish(.ready), .announceReady(.ready)]
    )
  }

  @Test func loadsWithoutABuildWhatIsUpToDate() {
    var machine = LoopMachine(units: [.init(library: "1")], keepsServing: false)
    #expect(machine.start() == [.load(unit, library: "1"), .publish(.starting)])
  }

  @Test func restartsForNewerCode() {
    var machine = serving()
    #expect(
      machine.handle(.changed([unit: 1])) == [.startBuild(2, unit), .publish(.building)]
    )
    #expect(
      machine.handle(.built(2, .good(library: "2")))
        == [.close(unit), .drain(reason: .newCode)]
    )
    #expect(machine.handle(.drained) == [.execute])
  }

  @Test func opensTheGateWithoutARestartWhenTheProductIsTheSame() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    #expect(
      machine.handle(.built(2, .good(library: "1")))
        == [.open(unit, 1), .publish(.ready), .announceReady(.ready)]
    )
  }

  @Test func aNewerChangeCancelsTheBuild() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    #expect(machine.handle(.changed([unit: 2])) == [.cancelBuild(unit), .startBuild(3, unit)])
    #expect(machine.handle(.built(2, .good(library: "2"))) == [])
    #expect(machine.handle(.built(3, .good(library: "3"))).contains(.drain(reason: .newCode)))
  }

  @Test func answersABrokenBuildWithItsPageAndHealsWithTheNextSave() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    #expect(
      machine.handle(.built(2, .bad(page, isRetryable: false)))
        == [
          .answer(unit, 1, with: page, isRetryable: false), .publish(.failed),
          .announceReady(.failed),
        ]
    )
    _ = machine.handle(.changed([unit: 2]))
    #expect(machine.handle(.built(3, .good(library: "3"))).contains(.drain(reason: .newCode)))
  }

  @Test func goesBackToTheLoadedCodeWhenABreakingEditIsUndone() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(2, .bad(page, isRetryable: false)))
    _ = machine.handle(.changed([unit: 2]))
    #expect(machine.handle(.built(3, .good(library: "1"))).first == .open(unit, 2))
  }

  @Test func keepsServingThePreviousCodeIfAskedTo() {
    var machine = serving(keepsServing: true)
    _ = machine.handle(.changed([unit: 1]))
    #expect(machine.handle(.built(2, .bad(page, isRetryable: false))).first == .open(unit, 1))
  }

  @Test func aNewImageLoadsThePreviousCodeOfABrokenUnitIfAskedTo() {
    var machine = LoopMachine(
      units: [.init(library: "1", failure: page)],
      keepsServing: true
    )
    #expect(machine.start().contains(.load(unit, library: "1")))
  }

  @Test func aNewImageDoesNotLoadABrokenUnit() {
    var machine = LoopMachine(
      units: [.init(library: "1", failure: page)],
      keepsServing: false
    )
    let actions = machine.start()
    #expect(actions.contains(.answer(unit, 0, with: page, isRetryable: false)))
    #expect(!actions.contains(.load(unit, library: "1")))
  }

  @Test func rebuildsOnRequestWhatFailedForACauseOutsideTheSources() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(2, .bad(page, isRetryable: true)))
    #expect(
      machine.handle(.retry(unit)) == [.close(unit), .startBuild(3, unit), .publish(.building)]
    )
  }

  @Test func doesNotRebuildOnRequestWhatTheSourcesBreak() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(2, .bad(page, isRetryable: false)))
    #expect(machine.handle(.retry(unit)) == [])
  }

  @Test func aChangeWhileDrainingIsLeftToTheNextGeneration() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(2, .good(library: "2")))
    #expect(machine.handle(.changed([unit: 2])) == [])
    #expect(machine.handle(.drained) == [.execute])
    #expect(machine.units[0].isDirty)
    #expect(machine.units[0].library == "2")
  }

  @Test func aChangeWhileLoadingBuildsAndRestarts() {
    var machine = machine()
    _ = machine.start()
    _ = machine.handle(.built(1, .good(library: "1")))
    #expect(machine.handle(.changed([unit: 1])).first == .startBuild(2, unit))
    _ = machine.handle(.loaded(unit, library: "1", failure: nil))
    #expect(machine.handle(.built(2, .good(library: "2"))).contains(.drain(reason: .newCode)))
  }

  @Test func aLibraryThatDoesNotLoadIsAPage() {
    var machine = machine()
    _ = machine.start()
    _ = machine.handle(.built(1, .good(library: "1")))
    #expect(
      machine.handle(.loaded(unit, library: "1", failure: page)).first
        == .answer(unit, 0, with: page, isRetryable: false)
    )
  }

  @Test func theSameLibraryThatDidNotLoadGetsAFreshImage() {
    var machine = machine()
    _ = machine.start()
    _ = machine.handle(.built(1, .good(library: "1")))
    _ = machine.handle(.loaded(unit, library: "1", failure: page))
    _ = machine.handle(.changed([unit: 1]))
    #expect(machine.handle(.built(2, .good(library: "1"))).contains(.drain(reason: .newCode)))
  }

  @Test func servesOnWhenTheRestartFails() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(2, .good(library: "2")))
    _ = machine.handle(.drained)
    #expect(machine.handle(.restartFailed(page)).first == .open(unit, 1))
  }

  @Test func loadsWhatWasNeverLoadedWhenTheRestartFails() {
    let other = UnitID(1)
    var machine = LoopMachine(
      units: [.init(library: "a1"), .init(isDirty: true)],
      keepsServing: false
    )
    _ = machine.start()
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(1, .bad(page, isRetryable: false)))
    _ = machine.handle(.built(2, .good(library: "a1")))
    _ = machine.handle(.loaded(unit, library: "a1", failure: nil))
    _ = machine.handle(.changed([unit: 2, other: 1]))
    _ = machine.handle(.built(3, .good(library: "a2")))
    _ = machine.handle(.built(4, .good(library: "b1")))
    _ = machine.handle(.drained)
    let actions = machine.handle(.restartFailed(page))
    #expect(actions.starts(with: [.open(unit, 2), .load(other, library: "b1")]))
  }

  @Test func showsWhyTheRestartFailedWhereNothingCanServe() {
    var machine = machine()
    _ = machine.start()
    _ = machine.handle(.built(1, .good(library: "1")))
    _ = machine.handle(.loaded(unit, library: "1", failure: page))
    _ = machine.handle(.changed([unit: 1]))
    _ = machine.handle(.built(2, .good(library: "1")))
    _ = machine.handle(.drained)
    let reason = ErrorPage(code: "SW008", status: 500, title: "Not served", message: "No.")
    #expect(
      machine.handle(.restartFailed(reason)).first
        == .answer(unit, 1, with: reason, isRetryable: true)
    )
  }

  @Test func aFailedRestartIsNotTriedAgainByItself() {
    let other = UnitID(1)
    var machine = LoopMachine(
      units: [.init(isDirty: true), .init(isDirty: true)],
      keepsServing: true
    )
    _ = machine.start()
    _ = machine.handle(.built(1, .good(library: "a1")))
    _ = machine.handle(.built(2, .good(library: "b1")))
    _ = machine.handle(.loaded(unit, library: "a1", failure: nil))
    _ = machine.handle(.loaded(other, library: "b1", failure: nil))
    _ = machine.handle(.changed([unit: 1, other: 1]))
    _ = machine.handle(.built(3, .good(library: "a2")))
    _ = machine.handle(.changed([unit: 2]))
    _ = machine.handle(.built(4, .good(library: "b1")))
    // A newer library that is not loaded, and newer sources that do not build.
    _ = machine.handle(.built(5, .bad(page, isRetryable: false)))
    #expect(machine.handle(.drained) == [.execute])
    #expect(
      machine.handle(.restartFailed(page)).starts(with: [.open(unit, 2), .open(other, 1)])
    )
  }

  @Test func aNewConfigurationDoesNotWaitForTheBuild() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    #expect(
      machine.handle(.configurationChanged([:]))
        == [.cancelBuild(unit), .close(unit), .drain(reason: .configuration)]
    )
    #expect(machine.units[0].isDirty)
  }

  @Test func theGateThatANewConfigurationClosedOpensAgainWhenTheRestartFails() {
    var machine = serving()
    _ = machine.handle(.configurationChanged([unit: 7]))
    _ = machine.handle(.drained)
    #expect(machine.handle(.restartFailed(page)).first == .open(unit, 7))
  }

  @Test func aRequestedRestartRebuildsFirst() {
    var machine = serving()
    #expect(
      machine.handle(.restartRequested) == [
        .close(unit), .startBuild(2, unit), .publish(.building),
      ]
    )
    #expect(machine.handle(.built(2, .good(library: "1"))).contains(.drain(reason: .request)))
  }

  @Test func aStaticSiteIsReadyAtOnce() {
    var machine = LoopMachine(units: [], keepsServing: false)
    #expect(machine.start() == [.publish(.ready), .announceReady(.ready)])
  }

  @Test func buildsOneUnitAfterTheOtherAndRestartsOnce() {
    let other = UnitID(1)
    var machine = LoopMachine(
      units: [.init(isDirty: true), .init(isDirty: true)],
      keepsServing: false
    )
    _ = machine.start()
    #expect(machine.handle(.built(1, .good(library: "a1"))) == [.startBuild(2, other)])
    #expect(
      machine.handle(.built(2, .good(library: "b1")))
        == [.load(unit, library: "a1"), .load(other, library: "b1"), .publish(.starting)]
    )
    _ = machine.handle(.loaded(unit, library: "a1", failure: nil))
    _ = machine.handle(.loaded(other, library: "b1", failure: nil))
    _ = machine.handle(.changed([unit: 1, other: 1]))
    #expect(!machine.handle(.built(3, .good(library: "a2"))).contains(.drain(reason: .newCode)))
    #expect(machine.handle(.built(4, .good(library: "b2"))).contains(.drain(reason: .newCode)))
  }

  @Test func buildsASaveOfWhichMoreMayComeAndRestartsWhenNothingHas() {
    var machine = serving()
    #expect(machine.handle(.saved([unit: 1])) == [.startBuild(2, unit), .publish(.building)])
    #expect(machine.handle(.built(2, .good(library: "2"))) == [])
    #expect(machine.state == .building && !machine.isSettled)
    #expect(machine.handle(.settled) == [.close(unit), .drain(reason: .newCode)])
  }

  @Test func settlingDuringTheBuildChangesNothing() {
    var machine = serving()
    _ = machine.handle(.saved([unit: 1]))
    #expect(machine.handle(.settled) == [])
    #expect(machine.handle(.built(2, .good(library: "2"))).contains(.drain(reason: .newCode)))
  }

  @Test func whatMoreComesOfASaveTakesThePlaceOfWhatWasBuilt() {
    var machine = serving()
    _ = machine.handle(.saved([unit: 1]))
    #expect(machine.handle(.built(2, .bad(page, isRetryable: false))) == [])
    #expect(machine.handle(.changed([unit: 2])) == [.startBuild(3, unit)])
    _ = machine.handle(.saved([unit: 3]))
    #expect(machine.handle(.changed([unit: 4])) == [.cancelBuild(unit), .startBuild(5, unit)])
  }

  @Test func doesNothingMoreOnceItStops() {
    var machine = serving()
    _ = machine.handle(.changed([unit: 1]))
    #expect(machine.handle(.stopRequested) == [.cancelBuild(unit), .stop])
    #expect(machine.handle(.changed([unit: 2])) == [])
  }

  /// Whatever comes in whatever order, the gate is never opened for an older epoch than the newest
  /// one that the loop has heard of, nor on a save of which more may come, and a dirty unit is always being
  /// built or about to be.
  @Test(arguments: 0..<200)
  func neverOpensOnOldCode(seed: UInt64) {
    var random = SplitMix(state: seed)
    var machine = LoopMachine(units: [.init(isDirty: true), .init()], keepsServing: seed % 2 == 0)
    var epochs: [Epoch] = [0, 0]
    var builds: [BuildNumber] = []
    var loads: [(UnitID, String)] = []
    var isAhead = false
    func note(_ actions: [LoopAction]) {
      for action in actions {
        switch action {
        case .startBuild(let number, _): builds.append(number)
        case .load(let unit, let library): loads.append((unit, library))
        case .open(let unit, let epoch):
          #expect(epoch == epochs[unit.index])
          #expect(!isAhead)
          #expect(!machine.units[unit.index].isDirty)
        default: break
        }
      }
    }
    note(machine.start())
    for step in 0..<200 {
      switch random.next() % 7 {
      case 0, 1:
        let unit = UnitID(Int(random.next() % 2))
        epochs[unit.index] += 1
        isAhead = random.next() % 2 == 0
        let epoch = [unit: epochs[unit.index]]
        note(machine.handle(isAhead ? .saved(epoch) : .changed(epoch)))
      case 6 where isAhead:
        isAhead = false
        note(machine.handle(.settled))
      case 2, 3:
        guard let number = builds.popLast() else { continue }
        let isGood = random.next() % 3 != 0
        note(
          machine.handle(
            .built(number, isGood ? .good(library: "\(step)") : .bad(page, isRetryable: true))
          )
        )
      case 4:
        guard let (unit, library) = loads.popLast() else { continue }
        note(machine.handle(.loaded(unit, library: library, failure: nil)))
      default:
        note(machine.handle(.retry(UnitID(Int(random.next() % 2)))))
      }
    }
  }
}

/// A small generator with a seed, so that a failure can be repeated (Steele et al., 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
