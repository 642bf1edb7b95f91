import SlipwayCore
import Synchronization

/// Keeps consoles to whoever has read the PIN in the server's terminal.
package final class ConsoleGuard: Sendable {
  /// What goes from generation to generation: who has given the PIN need not give it again.
  package struct Value: Sendable, Equatable, Codable {
    package var pin: String
    /// What the cookie of such a browser holds.
    package var secret: String
    /// PINs that were wrong, one after the other.
    package var failures = 0
  }

  package enum Verdict: Sendable, Equatable {
    case admitted
    case refused(attemptsLeft: Int)
    /// No PIN is taken any more as long as this server runs.
    case locked
  }

  /// So many wrong PINs, and it is locked.
  package static let attempts = 10

  private let state: Mutex<Value>
  private let observer = Mutex<(@Sendable () -> Void)?>(nil)

  package init(inheriting value: Value?) {
    state = Mutex(value ?? Value(pin: Self.newPIN(), secret: Secret.random(words: 4)))
  }

  package var value: Value { state.withLock { $0 } }

  package var isLocked: Bool { value.failures >= Self.attempts }

  /// `call` is called whenever `value` has changed, on the thread that asked.
  package func onChange(_ call: @escaping @Sendable () -> Void) { observer.withLock { $0 = call } }

  package func admit(pin given: String) -> Verdict {
    defer { observer.withLock { $0 }?() }
    return state.withLock { state in
      guard state.failures < Self.attempts else { return .locked }
      // As it is printed, or without what separates its digits.
      guard Secret.isSame(given.filter(\.isNumber), state.pin.filter(\.isNumber)) else {
        state.failures += 1
        let left = Self.attempts - state.failures
        return left > 0 ? .refused(attemptsLeft: left) : .locked
      }
      state.failures = 0
      return .admitted
    }
  }

  /// Whether a browser has given the PIN before.
  package func knows(secret given: String) -> Bool { Secret.isSame(given, value.secret) }

  private static func newPIN() -> String {
    (0..<3)
      .map { _ in
        let digits = String(Int.random(in: 0..<1000))
        return String(repeating: "0", count: 3 - digits.count) + digits
      }
      .joined(separator: "-")
  }
}
