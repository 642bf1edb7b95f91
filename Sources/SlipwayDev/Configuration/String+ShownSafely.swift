extension String {
  /// The text with every character escaped that could steer a terminal or disguise other text:
  /// C0 and C1 controls as `\x1b`, line separators and bidirectional controls as `\u{202e}`.
  ///
  /// Everything that comes from the network, the application, a compiler or a file goes through
  /// here before it is shown.
  package var shownSafely: String {
    if utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return self }
    guard unicodeScalars.contains(where: \.isUnsafeToShow) else { return self }
    var shown = ""
    for scalar in unicodeScalars {
      if !scalar.isUnsafeToShow {
        shown.unicodeScalars.append(scalar)
      } else if scalar == "\n" {
        shown += "\\n"
      } else if scalar == "\t" {
        shown += "    "
      } else if scalar.value < 0x100 {
        shown += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return shown
  }
}

extension Unicode.Scalar {
  fileprivate var isUnsafeToShow: Bool {
    switch value {
    case 0..<0x20, 0x7f..<0xa0: true
    case 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x2069, 0xfeff: true
    case 0xe0000...0xe007f: true
    default: false
    }
  }
}
