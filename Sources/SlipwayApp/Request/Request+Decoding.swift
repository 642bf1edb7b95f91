extension Request {
  /// The path behind the mount with its percent-encoding undone (RFC 3986, section 2.1); nil if an
  /// encoding is broken or the result is not UTF-8.
  ///
  /// An encoded slash becomes a slash: split ``path`` first where that matters.
  public var decodedPath: String? {
    percentDecoded(path.utf8, plusIsSpace: false)
  }

  /// The names and values of a query in the form `name=value&name=value`
  /// (application/x-www-form-urlencoded), decoded, in order. Items that cannot be decoded are left
  /// out; an item without `=` has an empty value.
  public var queryItems: [(name: String, value: String)] {
    query.utf8.split(separator: UInt8(ascii: "&"))
      .compactMap { item in
        let parts = item.split(
          separator: UInt8(ascii: "="),
          maxSplits: 1,
          omittingEmptySubsequences: false
        )
        guard
          let name = parts.first.flatMap({ percentDecoded($0, plusIsSpace: true) }),
          let value = percentDecoded(
            item.dropFirst((parts.first?.count ?? 0) + 1),
            plusIsSpace: true
          )
        else { return nil }
        return (name, value)
      }
  }

  /// The value of the first query item with this name.
  public func queryItem(_ name: String) -> String? {
    queryItems.first { $0.name == name }?.value
  }
}

/// Undoes percent-encoding; nil if an encoding is broken or the result is not UTF-8.
private func percentDecoded(
  _ encoded: some Sequence<UInt8>,
  plusIsSpace: Bool
) -> String? {
  var bytes: [UInt8] = []
  var rest = encoded.makeIterator()
  while let byte = rest.next() {
    switch byte {
    case UInt8(ascii: "%"):
      guard
        let high = rest.next().flatMap(hexDigitValue),
        let low = rest.next().flatMap(hexDigitValue)
      else { return nil }
      bytes.append(high << 4 | low)
    case UInt8(ascii: "+") where plusIsSpace:
      bytes.append(UInt8(ascii: " "))
    default:
      bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

private func hexDigitValue(_ digit: UInt8) -> UInt8? {
  Character(Unicode.Scalar(digit)).hexDigitValue.flatMap(UInt8.init(exactly:))
}
