extension Duration {
  /// In milliseconds, as poll(2) takes it: rounded up, so that nobody spins through the last one, and
  /// not negative, which would mean for ever.
  package var pollTimeout: Int32 {
    let (seconds, attoseconds) = max(.zero, self).components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
