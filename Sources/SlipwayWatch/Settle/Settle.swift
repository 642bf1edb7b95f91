/// Decides when a burst of file events is over. It holds no clock: every instant is given to it.
///
/// Relevant events begin a burst or prolong it; it settles after `quiet` without one, at the
/// latest `cap` after it began, but never while it is held (git is at work in the tree). Events
/// that concern nobody make a period of uncertainty too, which ends at once.
package struct Settle: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package enum Step: Sendable, Equatable {
    /// Nothing is pending: sleep until an event comes.
    case sleep
    /// Ask again at this instant, or when an event comes.
    case sleepUntil(Instant)
    /// Compare and report now. The machine is idle again.
    case settle
  }

  private enum State: Sendable {
    case idle
    case noise
    case burst(began: Instant, last: Instant)
  }

  private let quiet: Duration
  private let cap: Duration
  private var state = State.idle

  package init(quiet: Duration, cap: Duration) {
    self.quiet = quiet
    self.cap = cap
  }

  /// A relevant event happened. Returns whether it is the first of a burst.
  package mutating func touched(at now: Instant) -> Bool {
    switch state {
    case .idle, .noise:
      state = .burst(began: now, last: now)
      return true
    case .burst(let began, _):
      state = .burst(began: began, last: now)
      return false
    }
  }

  /// Whether there is a burst that has not settled.
  package var isInBurst: Bool { if case .burst = state { true } else { false } }

  /// An event happened that concerns nobody. It does not prolong a burst.
  package mutating func noise() {
    if case .idle = state { state = .noise }
  }

  /// Whether `advance` would settle now if nothing held it.
  package func isDue(at now: Instant) -> Bool {
    switch state {
    case .idle: false
    case .noise: true
    case .burst(let began, let last): now >= due(began, last)
    }
  }

  /// What to do now. `isHeld`: git holds its lock.
  package mutating func advance(to now: Instant, isHeld: Bool) -> Step {
    switch state {
    case .idle:
      return .sleep
    case .noise:
      state = .idle
      return .settle
    case .burst(let began, let last):
      let due = due(began, last)
      if now < due { return .sleepUntil(due) }
      if isHeld { return .sleepUntil(now + quiet) }
      state = .idle
      return .settle
    }
  }

  private func due(_ began: Instant, _ last: Instant) -> Instant {
    min(last + quiet, began + cap)
  }
}
