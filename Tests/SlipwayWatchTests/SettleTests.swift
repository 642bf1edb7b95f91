import SlipwayWatch
import Testing

@Suite struct SettleTests {
  /// What happens, and how many milliseconds after the beginning.
  enum Event {
    case touched(Int)
    case noise(Int)
    case asked(Int, isHeld: Bool = false, expecting: Expected)
  }

  enum Expected {
    case sleep, settle
    case sleepUntil(Int)

    var step: Settle.Step {
      switch self {
      case .sleep: .sleep
      case .settle: .settle
      case .sleepUntil(let time): .sleepUntil(SettleTests.at(time))
      }
    }
  }

  static let origin = ContinuousClock.now

  static func at(_ milliseconds: Int) -> ContinuousClock.Instant {
    origin + .milliseconds(milliseconds)
  }

  @Test(arguments: [
    // Nothing happened.
    [Event.asked(0, expecting: .sleep)],
    // A save: quiet for 15 ms, then settled, then asleep.
    [
      .touched(0), .asked(0, expecting: .sleepUntil(15)), .asked(14, expecting: .sleepUntil(15)),
      .asked(15, expecting: .settle), .asked(15, expecting: .sleep),
    ],
    // Each event prolongs the burst, up to the cap.
    [
      .touched(0), .touched(10), .asked(15, expecting: .sleepUntil(25)), .touched(240),
      .asked(241, expecting: .sleepUntil(250)), .touched(249), .asked(250, expecting: .settle),
    ],
    // Noise alone settles at once; within a burst it changes nothing.
    [.noise(0), .asked(0, expecting: .settle), .asked(0, expecting: .sleep)],
    [.touched(0), .noise(14), .asked(15, expecting: .settle)],
    [.noise(0), .touched(1), .asked(1, expecting: .sleepUntil(16))],
    // While git holds its lock not even the cap ends a burst.
    [
      .touched(0), .asked(15, isHeld: true, expecting: .sleepUntil(30)), .touched(300),
      .asked(400, isHeld: true, expecting: .sleepUntil(415)), .asked(415, expecting: .settle),
    ],
  ])
  func settles(_ events: [Event]) {
    var settle = Settle(quiet: .milliseconds(15), cap: .milliseconds(250))
    for event in events {
      switch event {
      case .touched(let time): _ = settle.touched(at: Self.at(time))
      case .noise: settle.noise()
      case .asked(let time, let isHeld, let expected):
        let step = settle.advance(to: Self.at(time), isHeld: isHeld)
        #expect(step == expected.step)
      }
    }
  }

  @Test func onlyTheFirstEventOfABurstOpensIt() {
    var settle = Settle(quiet: .milliseconds(15), cap: .milliseconds(250))
    settle.noise()
    let opens = [0, 1].map { settle.touched(at: Self.at($0)) }
    #expect(opens == [true, false])
    #expect(settle.isDue(at: Self.at(16)))
    let step = settle.advance(to: Self.at(16), isHeld: false)
    #expect(step == .settle)
    let opensAgain = settle.touched(at: Self.at(17))
    #expect(opensAgain)
  }
}
