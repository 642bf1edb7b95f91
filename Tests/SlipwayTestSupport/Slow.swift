import Glibc
package import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that take minutes: real Swift packages, floods. They run if SLIPWAY_SLOW is 1.
  package static var slow: Self {
    .enabled(if: isSlowWanted, "slow: runs with SLIPWAY_SLOW=1")
  }
}

/// Says once, loudly, that there is more.
private let isSlowWanted: Bool = {
  if let value = getenv("SLIPWAY_SLOW"), String(cString: value) == "1" { return true }
  let line = String(repeating: "=", count: 76)
  let text =
    "\n\(line)\nSKIPPED: the slow tests. SLIPWAY_SLOW=1 runs them too.\n\(line)\n"
  _ = write(STDERR_FILENO, text, text.utf8.count)
  return false
}()
