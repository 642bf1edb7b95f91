/// Tells whether the text of a script is where `</script>` does not end it: behind `<!--` and
/// `<script`, up to `-->` or `</script` (WHATWG HTML, sections 13.2.5.17 to 13.2.5.31).
struct ScriptText {
  private(set) var isDoublyEscaped = false
  private var isEscaped = false
  private var dashes = 0
  /// The bytes since a `<` that may begin one of the tags, or `<!--`.
  private var name = Name()
  private var isInName = false

  mutating func take(_ byte: UInt8) {
    if byte == UInt8(ascii: "-") {
      dashes = min(dashes + 1, 2)
    } else {
      if byte == Byte.greaterThan, dashes == 2 {
        isEscaped = false
        isDoublyEscaped = false
      }
      dashes = 0
    }
    if byte == Byte.lessThan {
      name = Name()
      isInName = true
    } else if isInName {
      takeName(byte)
    }
  }

  private mutating func takeName(_ byte: UInt8) {
    if !isEscaped {
      name.append(byte)
      isInName = name.isPrefix(of: "!--")
      // The dashes count for the end too: `<!-->` escapes nothing.
      if name == "!--" { (isEscaped, isInName) = (true, false) }
    } else if byte.endsName, !(name.isEmpty && byte == UInt8(ascii: "/")) {
      if name == (isDoublyEscaped ? "/script" : "script") { isDoublyEscaped.toggle() }
      isInName = false
    } else {
      name.append(byte)
    }
  }
}
