/// The crashes of one unit's library, and what follows from them: a pure policy.
///
/// It lives in the handoff, and begins anew with every change of the sources and when the user asks
/// for a restart.
package struct CrashHistory: Sendable, Equatable, Codable {
  /// As many crashes within `window` are a loop, unless the configuration says otherwise.
  package static let defaultLimit = 3
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
    case loop = "It crashes again and again: as often in ten seconds as crash-limit allows."
  }

  /// Takes note of one more crash.
  ///
  /// - Parameters:
  ///   - isLoading: whether the library was just being loaded.
  ///   - limit: how many are a loop; 0 if none are.
  package mutating func crashed(
    at time: UInt64,
    isLoading: Bool,
    limit: Int = defaultLimit
  ) -> Verdict {
    times = (times + [time]).suffix(max(1, limit))
    if isLoading { return .holdBack(.loading) }
    guard limit > 0, times.count == limit, let first = times.first else { return .loadAgain }
    let (seconds, _) = Self.window.components
    let isLoop = time < first || time - first <= UInt64(seconds) * 1_000_000_000
    return isLoop ? .holdBack(.loop) : .loadAgain
  }
}
