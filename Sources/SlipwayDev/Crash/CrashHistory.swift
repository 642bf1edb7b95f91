/// The crashes of one unit's library, and what follows from them: a pure policy.
///
/// It lives in the handoff, and begins anew with every change of the sources and when the user asks
/// for a restart.
package struct CrashHistory: Sendable, Equatable, Codable {
  /// As many crashes within `window` are a loop.
  package static let limit = 3
  package static let window = Duration.seconds(10)

  /// Nanoseconds of the monotonic clock, the oldest first; no more than the limit.
  package private(set) var times: [UInt64] = []

  package init() {}

  /// What is to become of a unit that has crashed.
  package enum Verdict: Sendable, Equatable {
    case loadAgain
    /// Each attempt would end the same way.
    case holdBack(Reason)
  }

  package enum Reason: String, Sendable, Equatable, Codable {
    /// It got nowhere: in an initialiser, or in its entry point.
    case loading = "It crashed while it was being loaded."
    case loop = "It crashed three times in ten seconds."
  }

  /// Takes note of one more crash.
  ///
  /// - Parameter isLoading: whether the library was just being loaded.
  package mutating func crashed(at time: UInt64, isLoading: Bool) -> Verdict {
    times = (times + [time]).suffix(Self.limit)
    if isLoading { return .holdBack(.loading) }
    guard times.count == Self.limit, let first = times.first else { return .loadAgain }
    let (seconds, _) = Self.window.components
    let isLoop = time < first || time - first <= UInt64(seconds) * 1_000_000_000
    return isLoop ? .holdBack(.loop) : .loadAgain
  }
}
