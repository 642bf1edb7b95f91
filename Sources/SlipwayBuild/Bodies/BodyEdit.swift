/// Tells edits within the body of a function, of which the interface of the module says nothing.
///
/// It knows no grammar, only braces, and the words in front of and between them. What it is not sure of is
/// no such edit; and the compiler, which knows, is asked afterwards (`ModuleReplay`).
package enum BodyEdit {
  /// What is written into the interface though it stands in a body: types, for the debugger, and what
  /// `some` stands for. Attributes and macros may make anything of theirs.
  private static let disturbing: Set<String> = [
    "actor", "class", "enum", "extension", "macro", "protocol", "some", "struct", "typealias",
  ]

  /// Whether `new` is `old` with a change in the body of one function, which declares no type.
  package static func isOne(from old: [UInt8], to new: [UInt8]) -> Bool {
    let shared = min(old.count, new.count)
    let prefix = zip(old, new).prefix { $0 == $1 }.count
    let suffix = zip(old.reversed(), new.reversed()).prefix(shared - prefix)
      .prefix { $0 == $1 }.count
    guard let before = body(in: old, around: prefix..<old.count - suffix),
      let after = body(in: new, around: prefix..<new.count - suffix)
    else { return false }
    return before.declaration == after.declaration && before.start == after.start
      && old.count - before.end == new.count - after.end
  }

  /// A declaration in front of its body, and the places of its braces.
  private struct Body {
    var declaration: [String]
    var start: Int
    var end: Int
  }

  /// The outermost function around a place, if it is one that nothing disturbs.
  private static func body(in text: [UInt8], around place: Range<Int>) -> Body? {
    var scanner = BraceScanner(text)
    var open: [(declaration: Range<Int>, brace: Int)] = []
    var found: (declaration: Range<Int>, brace: Int, end: Int)?
    var statement = 0
    while let brace = scanner.next() {
      if text[brace] == UInt8(ascii: "{") {
        open.append((statement..<brace, brace))
      } else {
        guard let (declaration, opened) = open.popLast() else { return nil }
        // The outer ones come later.
        if opened < place.lowerBound, brace >= place.upperBound, isFunction(text[declaration]) {
          found = (declaration, opened, brace)
        }
      }
      statement = brace + 1
    }
    guard scanner.isCertain, open.isEmpty, let found else { return nil }
    let declaration = words(in: text[found.declaration])
    let inside = text[found.brace...found.end]
    guard isQuiet(text[found.declaration]), isQuiet(inside) else { return nil }
    return Body(declaration: declaration, start: found.brace, end: found.end)
  }

  private static func isFunction(_ declaration: ArraySlice<UInt8>) -> Bool {
    let names = declaration.split { !$0.isOfName }
    return names.contains { name in
      switch String(decoding: name, as: UTF8.self) {
      case "func", "deinit": true
      // A call has a dot in front, and a closure behind.
      case "init": declaration[..<name.startIndex].last != UInt8(ascii: ".")
      default: false
      }
    }
  }

  private static func isQuiet(_ text: ArraySlice<UInt8>) -> Bool {
    !text.contains(UInt8(ascii: "@")) && !text.contains(UInt8(ascii: "#"))
      && disturbing.isDisjoint(with: words(in: text))
  }

  private static func words(in text: ArraySlice<UInt8>) -> [String] {
    text.split { !$0.isOfName }.map { String(decoding: $0, as: UTF8.self) }
  }
}
