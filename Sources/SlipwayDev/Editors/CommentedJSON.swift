/// A JSON text with comments and trailing commas, as editors keep their settings, that is added to
/// without a change to anything else in it.
struct CommentedJSON {
  enum Addition: Equatable {
    case changed(String)
    /// There is one of that name, which is this.
    case present(String)
    /// It is not JSON of that kind, or not of that structure.
    case unreadable
  }

  private let bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// Adds an element at the end of a list, unless there is one of that name.
  ///
  /// - Parameters:
  ///   - key: The list is the member of the outermost object with this name; nil for the outermost
  ///     list itself.
  ///   - field: The member that identifies an element.
  func adding(
    _ element: String,
    to key: String?,
    identifiedBy field: String,
    as name: String
  ) -> Addition {
    var scanner = CommentedJSONScanner(bytes)
    guard let structure = scanner.structure(listNamed: key) else { return .unreadable }
    if let list = structure.list {
      for range in list.parts {
        var inner = CommentedJSONScanner(Array(bytes[range]))
        if inner.members()?.contains(where: { $0.name == field && $0.text == name }) == true {
          return .present(String(decoding: bytes[range], as: UTF8.self))
        }
      }
      return .changed(append(element, to: list))
    }
    // An object without such a list.
    guard let key else { return .unreadable }
    let member = "\"\(key)\": [\n  \(element.replacing("\n", with: "\n  "))\n]"
    return .changed(append(member, to: structure.outermost))
  }

  /// The elements of a list, each as it is written; the indentation of the first line is taken away.
  func elements(of key: String?) -> [String] {
    var scanner = CommentedJSONScanner(bytes)
    guard let list = scanner.structure(listNamed: key)?.list else { return [] }
    return list.parts.map { range in
      let text = String(decoding: bytes[range], as: UTF8.self)
      return text.replacing("\n" + indentation(at: range.lowerBound), with: "\n")
    }
  }

  /// Puts a text behind what is in a list or an object, before the bracket that closes it: comments
  /// stay with what they are about.
  private func append(_ text: String, to container: CommentedJSONScanner.Container) -> String {
    let last = container.parts.last
    let outer = indentation(at: container.close)
    let isTabbed = (outer + (last.map { indentation(at: $0.lowerBound) } ?? "")).contains("\t")
    let unit = isTabbed ? "\t" : "  "
    var inner = outer + unit
    if let last, startsLine(last.lowerBound) { inner = indentation(at: last.lowerBound) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        let depth = line.prefix { $0 == " " }.count / 2
        return inner + String(repeating: unit, count: depth) + line.drop { $0 == " " }
      }
    let newline = bytes.contains(0x0d) ? "\r\n" : "\n"
    let addition = lines.joined(separator: newline) + (container.endsWithComma ? "," : "") + newline

    let separated = container.endsWithComma ? nil : last?.upperBound
    var changed = Array(bytes[..<(separated ?? container.close)])
    if let separated { changed += Array(",".utf8) + bytes[separated..<container.close] }
    if startsLine(container.close) {
      changed.removeLast(outer.utf8.count)
      changed += Array((addition + outer).utf8)
    } else {
      while changed.last == 0x20 { changed.removeLast() }
      changed += Array((newline + addition + outer).utf8)
    }
    return String(decoding: changed + bytes[container.close...], as: UTF8.self)
  }

  /// Whether there are only blanks before a place on its line.
  private func startsLine(_ index: Int) -> Bool {
    let before = bytes[..<index].reversed().prefix { $0 != 0x0a }
    return before.allSatisfy { $0 == 0x20 || $0 == 0x09 } && before.count < index
  }

  /// The blanks with which the line of a place begins.
  private func indentation(at index: Int) -> String {
    let start = bytes[..<index].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    return String(decoding: bytes[start...].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
  }
}
