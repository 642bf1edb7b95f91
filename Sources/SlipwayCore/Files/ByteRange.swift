/// The Range field of a request (RFC 9110, section 14.2), applied to a representation.
package enum ByteRange: Sendable, Equatable {
  /// Send everything: no field, one that is not understood, or one that asks for too much.
  case whole

  /// Send these bytes: never empty, never beyond the end. Status 206.
  case part(Range<Int>)

  /// Send these, in this order, as multipart/byteranges: two or more, apart from each other by at
  /// least `shortestGap`. Status 206.
  case parts([Range<Int>])

  /// Nothing of it exists. Status 416.
  case unsatisfiable

  /// Ranges that a field may name. More come from no reader of documents, but from those who would
  /// have a small request make a large response (RFC 9110, section 17.15).
  static let limit = 64

  /// Ranges nearer to each other than this are sent as one: a part's own head is longer.
  static let shortestGap = 80

  /// - Parameter size: Bytes of the representation. An empty one is always sent whole, for no part
  ///   of it can be named in Content-Range.
  package init(_ field: String?, size: Int) {
    self = .whole
    guard size > 0, let field, let equals = field.utf8.firstIndex(of: UInt8(ascii: "=")),
      field[..<equals].lowercased() == "bytes"
    else { return }
    var parts: [Range<Int>] = []
    var count = 0
    for spec in field.utf8[equals...].dropFirst().split(separator: UInt8(ascii: ",")) {
      let spec = Syntax.trimmed(Substring(spec)).utf8
      // RFC 9110, section 5.6.1.2: empty elements of a list are nothing.
      if spec.isEmpty { continue }
      count += 1
      guard count <= Self.limit, let range = Self.range(spec, size: size) else { return }
      if !range.isEmpty { Self.add(range, to: &parts) }
    }
    guard count > 0 else { return }
    switch parts.count {
    case 0: self = .unsatisfiable
    case 1: self = .part(parts[0])
    default: self = .parts(parts)
    }
  }

  /// What one element asks for: empty if nothing of it exists; nil if it is malformed.
  private static func range(_ spec: Substring.UTF8View, size: Int) -> Range<Int>? {
    guard let dash = spec.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    let first = spec[..<dash]
    let last = spec[dash...].dropFirst()
    switch (number(first), number(last)) {
    case (let first?, nil) where last.isEmpty:
      return first < size ? first..<size : 0..<0
    case (let first?, let last?):
      guard first <= last else { return nil }
      return first < size ? first..<(min(last, size - 1) + 1) : 0..<0
    case (nil, let length?) where first.isEmpty:
      return (size - min(length, size))..<size
    default:
      return nil
    }
  }

  /// Joins a range with all that it touches, in the place of the first of them.
  private static func add(_ range: Range<Int>, to parts: inout [Range<Int>]) {
    var range = range
    var place: Int?
    var index = 0
    while index < parts.count {
      if isNear(parts[index], range) {
        range =
          min(
            range.lowerBound,
            parts[index].lowerBound
          )..<max(range.upperBound, parts[index].upperBound)
        parts.remove(at: index)
        place = min(place ?? index, index)
        // The larger range may touch what the smaller one did not.
        index = 0
      } else {
        index += 1
      }
    }
    parts.insert(range, at: place ?? parts.count)
  }

  private static func isNear(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
    // Both are inside a representation: no difference of theirs overflows.
    let gap =
      max(one.lowerBound, other.lowerBound) - min(one.upperBound, other.upperBound)
    return gap < shortestGap
  }

  /// Digits only; a number that does not fit is as large as can be.
  private static func number(_ digits: Substring.UTF8View) -> Int? {
    guard !digits.isEmpty else { return nil }
    var number = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (shifted, tooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, stillTooLarge) = shifted.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      number = tooLarge || stillTooLarge ? .max : sum
    }
    return number
  }
}
