/// Reads a format from left to right.
struct AccessLogCompiler {
  private typealias Invalid = AccessLogFormat.Invalid

  private let text: [Unicode.Scalar]
  private var position = 0
  private var literal: [UInt8] = []
  private var parts: [AccessLogFormat.Part] = []

  private(set) var capture = ExchangeCapture()
  private(set) var needsCapture = false

  init(_ format: String) {
    text = Array(format.unicodeScalars)
  }

  mutating func compile() throws(AccessLogFormat.Invalid) -> [AccessLogFormat.Part] {
    while let scalar = take() {
      switch scalar {
      case "%": try directive()
      case "\\": escape()
      default: append(scalar)
      }
    }
    endLiteral()
    return parts
  }

  private mutating func take() -> Unicode.Scalar? {
    guard position < text.count else { return nil }
    defer { position += 1 }
    return text[position]
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    literal += Array(String(Character(scalar)).utf8)
  }

  private mutating func endLiteral() {
    if !literal.isEmpty { parts.append(.literal(literal)) }
    literal = []
  }

  private mutating func escape() {
    switch take() {
    case "n": literal.append(0x0a)
    case "t": literal.append(0x09)
    case "r": literal.append(0x0d)
    case "\"": literal.append(UInt8(ascii: "\""))
    case "\\", nil: literal.append(UInt8(ascii: "\\"))
    case let other?:
      literal.append(UInt8(ascii: "\\"))
      append(other)
    }
  }

  // MARK: Directives

  /// What stands behind a percent sign.
  private mutating func directive() throws(AccessLogFormat.Invalid) {
    let start = position
    var condition: AccessLogFormat.Condition?
    var argument: String?
    while let scalar = take() {
      switch scalar {
      case "%" where position == start + 1:
        return literal.append(UInt8(ascii: "%"))
      case "<", ">":
        // Original or final request: there is but one here.
        continue
      case "!", "0"..."9":
        guard condition == nil else { throw invalid("has two conditions", from: start) }
        position -= 1
        condition = try self.condition(from: start)
      case "{":
        guard argument == nil else { throw invalid("has two arguments", from: start) }
        argument = try self.argument(from: start)
      default:
        let value = try value(scalar, argument, from: start)
        endLiteral()
        return parts.append(.value(value, when: condition))
      }
    }
    throw invalid("ends without a letter", from: start)
  }

  private mutating func condition(
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> AccessLogFormat.Condition {
    var condition = AccessLogFormat.Condition(statuses: [], isNegated: false)
    if text[position] == "!" {
      condition.isNegated = true
      position += 1
    }
    while true {
      var digits = ""
      while position < text.count, ("0"..."9").contains(text[position]) {
        digits.unicodeScalars.append(text[position])
        position += 1
      }
      guard digits.utf8.count == 3, let status = Int(digits) else {
        throw invalid("has “\(digits)” for a status, which has three digits", from: start)
      }
      condition.statuses.append(status)
      guard position < text.count, text[position] == "," else { return condition }
      position += 1
    }
  }

  private mutating func argument(from start: Int) throws(AccessLogFormat.Invalid) -> String {
    var argument = ""
    while let scalar = take() {
      if scalar == "}" { return argument }
      argument.unicodeScalars.append(scalar)
    }
    throw invalid("has no “}” behind its “{”", from: start)
  }

  private mutating func value(
    _ letter: Unicode.Scalar,
    _ argument: String?,
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> AccessLogFormat.Value {
    switch (letter, argument) {
    case ("t", _): return try time(argument ?? "", from: start)
    case ("T", _): return .took(try unit(argument ?? "s", from: start))
    case ("p", _): return try port(argument ?? "canonical", from: start)
    case ("i", let name?):
      return .requestField(try field(name, in: \.requestFields, from: start))
    case ("o", let name?):
      return .responseField(try field(name, in: \.responseFields, from: start))
    case ("C", let name?) where !name.isEmpty:
      return .cookie(name, field: try field("Cookie", in: \.requestFields, from: start))
    case ("x", "mount"): return .mount
    case ("x", "held"): return .held
    case ("a", "c"): return .clientAddress
    case ("i", nil), ("o", nil), ("C", _), ("x", _):
      throw invalid(
        letter == "x" ? "has to be %{mount}x or %{held}x" : "needs a name, as in %{Name}\(letter)",
        from: start
      )
    case ("P", "pid"): return .processID
    case (_, _?): throw invalid("takes no argument in braces", from: start)
    case (_, nil): return try value(letter, from: start)
    }
  }

  private mutating func value(
    _ letter: Unicode.Scalar,
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> AccessLogFormat.Value {
    switch letter {
    case "h", "a": return .clientAddress
    case "l", "u": return .absent
    case "r": return .requestLine
    case "s": return .status
    case "b": return .bytesOrDash
    case "B": return .bytes
    case "D": return .took(.microseconds)
    case "m": return .method
    case "U": return .path
    case "q": return .query
    case "H": return .protocolName
    case "L": return .requestID
    case "P": return .processID
    case "v", "V", "X", "k":
      needsCapture = true
      switch letter {
      case "X": return .connectionStatus
      case "k": return .precursors
      default: return .serverName
      }
    case "I", "O", "S":
      throw invalid(
        "asks for bytes on the wire, which are not counted; %B has the body",
        from: start
      )
    default:
      throw invalid("is not a directive", from: start)
    }
  }

  private mutating func field(
    _ name: String,
    in fields: WritableKeyPath<ExchangeCapture, [String]>,
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> Int {
    guard Syntax.isToken(name) else {
      throw invalid("names “\(name)”, which is no field name", from: start)
    }
    needsCapture = true
    let known = capture[keyPath: fields].firstIndex { $0.lowercased() == name.lowercased() }
    if let known { return known }
    capture[keyPath: fields].append(name)
    return capture[keyPath: fields].count - 1
  }

  private func time(
    _ argument: String,
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> AccessLogFormat.Value {
    var format = argument
    var isEnd = false
    if format.hasPrefix("begin:") {
      format.removeFirst(6)
    } else if format.hasPrefix("end:") {
      format.removeFirst(4)
      isEnd = true
    }
    let time: AccessLogFormat.Time =
      switch format {
      case "": .common
      case "sec": .seconds
      case "msec": .milliseconds
      case "usec": .microseconds
      case "msec_frac": .millisecondFraction
      case "usec_frac": .microsecondFraction
      default: .formatted(format)
      }
    guard !format.utf8.contains(0) else { throw invalid("contains a NUL", from: start) }
    return .time(time, isEnd: isEnd)
  }

  private func unit(
    _ name: String,
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> AccessLogFormat.Unit {
    switch name {
    case "us": return .microseconds
    case "ms": return .milliseconds
    case "s": return .seconds
    default: throw invalid("has “\(name)” for a unit, which is us, ms or s", from: start)
    }
  }

  private mutating func port(
    _ kind: String,
    from start: Int
  ) throws(AccessLogFormat.Invalid) -> AccessLogFormat.Value {
    switch kind {
    case "remote": return .clientPort
    case "local", "canonical":
      needsCapture = true
      return .serverPort
    default:
      throw invalid("has “\(kind)” for a port, which is canonical, local or remote", from: start)
    }
  }

  /// - Parameter start: the index behind the percent sign.
  private func invalid(_ what: String, from start: Int) -> AccessLogFormat.Invalid {
    var directive = "%"
    for scalar in text[start..<min(position, text.count)] {
      directive.unicodeScalars.append(scalar)
    }
    return AccessLogFormat.Invalid(column: start, message: "“\(directive)” \(what).")
  }
}
