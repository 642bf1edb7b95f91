/// One path component of a .gitignore pattern: `*`, `?`, `[a-z]`, `[[:digit:]]`, `\` before a
/// character that is meant literally. Works on bytes, as git's wildmatch does.
///
/// Takes time proportional to pattern × name at worst.
struct Glob: Sendable, Equatable {
  private enum Token: Sendable, Equatable {
    case byte(UInt8)
    case any
    case star
    case oneOf([ClosedRange<UInt8>], negated: Bool)
    /// A bracket without an end matches nothing.
    case nothing
  }

  private let tokens: [Token]

  /// The bytes to compare with if there is no wildcard, which is the common case.
  private let literal: [UInt8]?

  init(_ pattern: some Collection<UInt8>) {
    let tokens = Self.parse(Array(pattern))
    self.tokens = tokens
    let bytes = tokens.compactMap { token -> UInt8? in
      if case .byte(let byte) = token { byte } else { nil }
    }
    literal = bytes.count == tokens.count ? bytes : nil
  }

  func matches(_ name: [UInt8]) -> Bool {
    if let literal { return literal == name }
    var token = 0
    var position = 0
    // Where to go on when a star has to take one byte more.
    var retry: (token: Int, position: Int)?
    while position < name.count {
      if token < tokens.count, case .star = tokens[token] {
        retry = (token + 1, position)
        token += 1
      } else if token < tokens.count, matches(tokens[token], name[position]) {
        token += 1
        position += 1
      } else if let star = retry {
        retry = (star.token, star.position + 1)
        token = star.token
        position = star.position + 1
      } else {
        return false
      }
    }
    return tokens[token...].allSatisfy { $0 == .star }
  }

  private func matches(_ token: Token, _ byte: UInt8) -> Bool {
    switch token {
    case .byte(let expected): byte == expected
    case .any: true
    case .star, .nothing: false
    case .oneOf(let ranges, let negated): ranges.contains { $0.contains(byte) } != negated
    }
  }

  private static func parse(_ pattern: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var position = 0
    while position < pattern.count {
      let byte = pattern[position]
      position += 1
      switch byte {
      case UInt8(ascii: "*"):
        if tokens.last != .star { tokens.append(.star) }
      case UInt8(ascii: "?"):
        tokens.append(.any)
      case UInt8(ascii: "["):
        tokens.append(bracket(pattern, &position))
      case UInt8(ascii: "\\"):
        // A pattern that ends in a backslash is invalid and never matches (gitignore(5)).
        guard position < pattern.count else {
          tokens.append(.nothing)
          break
        }
        tokens.append(.byte(pattern[position]))
        position += 1
      default:
        tokens.append(.byte(byte))
      }
    }
    return tokens
  }

  /// Parses what follows `[`, up to and including `]`.
  private static func bracket(_ pattern: [UInt8], _ position: inout Int) -> Token {
    var ranges: [ClosedRange<UInt8>] = []
    var isNegated = false
    if position < pattern.count,
      pattern[position] == UInt8(ascii: "!") || pattern[position] == UInt8(ascii: "^")
    {
      isNegated = true
      position += 1
    }
    var isFirst = true
    while position < pattern.count {
      if pattern[position] == UInt8(ascii: "]"), !isFirst {
        position += 1
        return .oneOf(ranges, negated: isNegated)
      }
      isFirst = false
      if let named = namedClass(pattern, &position) {
        ranges += named
        continue
      }
      guard let low = bracketByte(pattern, &position) else { break }
      guard position + 1 < pattern.count, pattern[position] == UInt8(ascii: "-"),
        pattern[position + 1] != UInt8(ascii: "]")
      else {
        ranges.append(low...low)
        continue
      }
      position += 1
      guard let high = bracketByte(pattern, &position) else { break }
      if low <= high { ranges.append(low...high) }
    }
    return .nothing
  }

  private static func bracketByte(_ pattern: [UInt8], _ position: inout Int) -> UInt8? {
    if position < pattern.count, pattern[position] == UInt8(ascii: "\\") { position += 1 }
    guard position < pattern.count else { return nil }
    defer { position += 1 }
    return pattern[position]
  }

  /// Parses `[:digit:]` and its like, if one is here.
  private static func namedClass(
    _ pattern: [UInt8],
    _ position: inout Int
  ) -> [ClosedRange<UInt8>]? {
    for (name, ranges) in classes where pattern[position...].starts(with: name) {
      position += name.count
      return ranges
    }
    return nil
  }

  private static let classes: [(name: [UInt8], ranges: [ClosedRange<UInt8>])] = [
    ("alnum", [48...57, 65...90, 97...122]), ("alpha", [65...90, 97...122]),
    ("blank", [9...9, 32...32]), ("cntrl", [0...31, 127...127]), ("digit", [48...57]),
    ("graph", [33...126]), ("lower", [97...122]), ("print", [32...126]),
    ("punct", [33...47, 58...64, 91...96, 123...126]), ("space", [9...13, 32...32]),
    ("upper", [65...90]), ("xdigit", [48...57, 65...70, 97...102]),
  ]
  .map { (name: Array("[:\($0.0):]".utf8), ranges: $0.1) }
}
