/// Whom to tell that the client of an exchange is gone.
struct GoneCallbacks {
  /// One for most exchanges: a list would take memory of its own.
  private var first: (@Sendable () -> Void)?
  private var others: [@Sendable () -> Void] = []

  mutating func append(_ callback: @escaping @Sendable () -> Void) {
    if first == nil { first = callback } else { others.append(callback) }
  }

  /// In the order in which they came.
  func callAsFunction() {
    first?()
    for callback in others { callback() }
  }
}
