extension String {
  /// What follows `prefix`, or nil if the string does not begin with it.
  func removing(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }

  /// Whether it stands for nothing where something else could be named.
  var meansOff: Bool { ["off", "false", "no"].contains(self) }
}

extension FixedWidthInteger {
  /// Understands decimal digits and nothing else: no sign, no space. nil on overflow.
  init?(decimal text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.init(text)
  }
}
