/// The field lines of a header or trailer section (RFC 9110, section 5) as they were received, or
/// are to be sent, byte for byte.
///
/// A copy of just the section's bytes, and where in it names and values are: two allocations for any
/// number of lines. A slice of what was read would keep the read buffer, up to 64 KB, for as long as
/// the exchange lasts.
///
/// Names are compared apart from ASCII case, without making a string. Values that are asked for as
/// strings are what the bytes say in UTF-8 or, where they are not UTF-8, in ISO-8859-1, byte by byte
/// (RFC 9110, section 5.5): no byte is lost. Values as bytes are had through `withUnsafeBytes`.
package struct FieldSection: Sendable {
  private var bytes: [UInt8] = []

  /// Where the names and values are in the bytes, in the order received.
  package private(set) var lines: [FieldLine] = []

  package init() {}

  /// - Parameter lines: ranges of `section`.
  init(_ lines: [FieldLine], of section: UnsafeRawBufferPointer) {
    guard !lines.isEmpty else { return }
    bytes = Array(section)
    self.lines = lines
  }

  package init(_ lines: some Sequence<(String, String)>) {
    for (name, value) in lines { add(name: name, value: value) }
  }

  /// At least as many bytes as the lines are when they are sent: each with colon, space, and CR LF.
  var sentRoom: Int { bytes.count + 4 * lines.count }

  /// Appends a line. What an application gives is checked where it is sent.
  package mutating func add(name: String, value: String) {
    place(name.utf8, value.utf8)
  }

  /// Makes room for lines whose names and values have so many bytes in all.
  package mutating func reserve(lines lineCount: Int, bytes byteCount: Int) {
    lines.reserveCapacity(lines.count + lineCount)
    bytes.reserveCapacity(bytes.count + byteCount)
  }

  /// Appends a line that is in memory. Not generic: another target's call would not be specialised.
  package mutating func append(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    place(name, value)
  }

  private mutating func place(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    let middle = bytes.count
    bytes.append(contentsOf: value)
    lines.append(FieldLine(name: start..<middle, value: middle..<bytes.count))
  }

  /// Removes all lines with this name.
  package mutating func remove(name: String) {
    guard contains(name: name) else { return }
    let bytes = bytes
    lines.removeAll { line in bytes.span.bytes.withUnsafeBytes { line.isNamed(name, in: $0) } }
  }

  /// Has one line with this name, behind all others.
  package mutating func replaceOrAdd(name: String, value: String) {
    remove(name: name)
    add(name: name, value: value)
  }

  /// Calls `body` with the bytes that the ranges of `lines` are about, valid until it returns.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.span.bytes.withUnsafeBytes(body)
  }

  /// Whether there is a line with this name.
  package func contains(name: String) -> Bool {
    firstLine(named: name) != nil
  }

  /// The value of the first line with this name.
  package func first(name: String) -> String? {
    firstLine(named: name).map { text(in: $0.value) }
  }

  /// Whether there is a line with this name, and the value of the first `isSo`. Makes no string.
  func hasFirst(_ name: String, where isSo: (UnsafeRawBufferPointer) -> Bool) -> Bool {
    guard let value = firstLine(named: name)?.value else { return false }
    return withUnsafeBytes { isSo(UnsafeRawBufferPointer(rebasing: $0[value])) }
  }

  /// The values of all lines with this name, in order.
  package subscript(name: String) -> [String] {
    guard contains(name: name) else { return [] }
    return withUnsafeBytes { bytes in
      lines.filter { $0.isNamed(name, in: bytes) }.map { bytes.fieldText(in: $0.value) }
    }
  }

  /// The values of all lines with this name as one (RFC 9110, section 5.3); nil if there is none.
  package func list(_ name: String) -> String? {
    let values = self[name]
    return values.count > 1 ? values.joined(separator: ", ") : values.first
  }

  private func firstLine(named name: String) -> FieldLine? {
    withUnsafeBytes { bytes in lines.first { $0.isNamed(name, in: bytes) } }
  }

  private func text(in range: Range<Int>) -> String {
    withUnsafeBytes { $0.fieldText(in: range) }
  }
}

extension FieldSection: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { lines.count }

  package subscript(position: Int) -> (name: String, value: String) {
    let line = lines[position]
    return withUnsafeBytes {
      (String(decoding: $0[line.name], as: UTF8.self), $0.fieldText(in: line.value))
    }
  }
}

extension FieldSection: Equatable {
  /// The same lines in the same order; case does not matter in names, and every byte in values.
  package static func == (one: Self, other: Self) -> Bool {
    guard one.count == other.count else { return false }
    return one.withUnsafeBytes { bytes in
      other.withUnsafeBytes { otherBytes in
        zip(one.lines, other.lines)
          .allSatisfy { line, otherLine in
            bytes[line.name]
              .elementsEqual(otherBytes[otherLine.name]) { $0.lowercased == $1.lowercased }
              && bytes[line.value].elementsEqual(otherBytes[otherLine.value])
          }
      }
    }
  }
}

extension FieldSection: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral lines: (String, String)...) {
    self.init(lines)
  }
}

extension UnsafeRawBufferPointer {
  /// A field value as text, by the rule of `FieldSection`.
  fileprivate func fieldText(in range: Range<Int>) -> String {
    let bytes = self[range]
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
    return String(text)
  }
}
