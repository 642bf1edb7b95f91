/// One JSON object (RFC 8259) in one line, with its members in the order in which they were added.
struct JSONLine {
  enum Value {
    case string(String)
    case number(Int)
    case boolean(Bool)
    case list([Value])
    case object([(String, Value)])
  }

  private var members: [(String, Value)] = []

  mutating func add(_ name: String, _ value: String?) {
    if let value { members.append((name, .string(value))) }
  }

  mutating func add(_ name: String, _ value: Int?) {
    if let value { members.append((name, .number(value))) }
  }

  mutating func add(_ name: String, _ value: Bool) {
    members.append((name, .boolean(value)))
  }

  mutating func add(_ name: String, _ value: [Value]) {
    members.append((name, .list(value)))
  }

  mutating func add(_ name: String, _ value: Value) {
    members.append((name, value))
  }

  /// A string of JSON (RFC 8259, section 7).
  static func quoted(_ text: String) -> String { Value.string(text).text }

  /// The object, without a line break anywhere in it.
  var text: String { Value.object(members).text }
}

extension JSONLine.Value {
  /// The members that have a value.
  static func object(present members: [(String, JSONLine.Value?)]) -> JSONLine.Value {
    .object(members.compactMap { name, value in value.map { (name, $0) } })
  }

  fileprivate var text: String {
    switch self {
    case .string(let string): Self.quoted(string)
    case .number(let number): String(number)
    case .boolean(let boolean): boolean ? "true" : "false"
    case .list(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0) + ":" + $1.text }.joined(separator: ",") + "}"
    }
  }

  /// Controls are escaped, C1 and line separators too: the line is safe in a terminal.
  private static func quoted(_ string: String) -> String {
    let isPlain = string.utf8.allSatisfy {
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { return "\"" + string + "\"" }
    var quoted = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default:
        if scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
          || (0x2028...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        {
          let digits = String(scalar.value, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
