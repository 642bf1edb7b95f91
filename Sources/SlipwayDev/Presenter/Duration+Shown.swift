extension Duration {
  /// For what a person waits for: `0.4 s`, `12.0 s`, `2 min 5 s`.
  var shownInSeconds: String {
    let tenths = (wholeMilliseconds + 50) / 100
    guard tenths >= 600 else { return "\(tenths / 10).\(tenths % 10) s" }
    return "\(tenths / 600) min \(tenths / 10 % 60) s"
  }

  /// For what a machine waits for: `0.4 ms`, `61 ms`, and seconds from ten on.
  var shownInMilliseconds: String {
    // Asked for with each request, hence the two divisions and no more.
    let (seconds, attoseconds) = components
    guard seconds == 0 else {
      let milliseconds = wholeMilliseconds
      if milliseconds >= 10_000 { return shownInSeconds }
      return milliseconds > 0 ? "\(milliseconds) ms" : "0.0 ms"
    }
    let tenths = Swift.max(0, attoseconds / 100_000_000_000_000)
    return tenths < 10 ? "0.\(tenths) ms" : "\(tenths / 10) ms"
  }

  /// Rounded down; 0 for a negative duration, and no trap for any.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = Int(clamping: seconds).multipliedReportingOverflow(by: 1000)
    if overflow { return seconds < 0 ? 0 : .max / 2 }
    return Swift.min(.max / 2, Swift.max(0, scaled + Int(attoseconds / 1_000_000_000_000_000)))
  }
}
