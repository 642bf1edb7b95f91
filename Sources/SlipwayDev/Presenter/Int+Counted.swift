extension Int {
  /// `1 file`, `2 files`. The plural adds an s unless it is given.
  func counted(_ one: String, _ many: String? = nil) -> String {
    "\(self) \(self == 1 ? one : many ?? one + "s")"
  }
}
