/// The Range field of a request (RFC 9110, section 14.2), applied to a representation.
package enum ByteRange: Sendable, Equatable {
  /// Send everything: no field, one that is not understood, or more ranges than one.
  case whole

  /// Send these bytes: never empty, never beyond the end. Status 206.
  case part(Range<Int>)

  /// Nothing of it exists. Status 416.
  case unsatisfiable

  /// - Parameter size: Bytes of the representation. An empty one is always sent whole, for no part
  ///   of it can be named in Content-Range.
  package init(_ field: String?, size: Int) {
    self = .whole
    guard size > 0, let field, let equals = field.firstIndex(of: "="),
      field[..<equals].lowercased() == "bytes"
    else { return }
    let range = field[field.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
    guard let dash = range.firstIndex(of: "-") else { return }
    let first = range[..<dash]
    var last = range[range.index(after: dash)...]
    while last.last == " " || last.last == "\t" { last.removeLast() }

    switch (Self.number(first), Self.number(last)) {
    case (let first?, nil) where last.isEmpty:
      self = first < size ? .part(first..<size) : .unsatisfiable
    case (let first?, let last?):
      guard first <= last else { return }
      self = first < size ? .part(first..<(min(last, size - 1) + 1)) : .unsatisfiable
    case (nil, let length?) where first.isEmpty:
      self = length > 0 ? .part((size - min(length, size))..<size) : .unsatisfiable
    default:
      return
    }
  }

  /// Digits only; a number that does not fit is as large as can be.
  private static func number(_ digits: Substring) -> Int? {
    guard !digits.isEmpty else { return nil }
    var number = 0
    for digit in digits.utf8 {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (shifted, tooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, stillTooLarge) = shifted.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      number = tooLarge || stillTooLarge ? .max : sum
    }
    return number
  }
}
