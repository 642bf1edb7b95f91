/// What a compiler or linker did not find, read from what it says.
package enum Complaint: Equatable {
  case module(String)

  /// As it is included, such as `zlib.h`.
  case header(String)

  /// As the linker is told: `z` for `libz.so`.
  case library(String)

  /// As the linker knows it.
  case symbol(String)

  init?(_ diagnostic: Diagnostic) {
    guard diagnostic.severity == .error else { return nil }
    let message = diagnostic.message[...]
    if let name = message.between("missing required module '", "'") {
      self = Self.module(in: name)
    } else {
      self.init(line: message)
    }
  }

  /// Reads one line of swiftc, clang, lld, gold or ld.
  package init?(line: Substring) {
    if let name = line.between("no such module '", "'") {
      self = Self.module(in: name)
    } else if let name = line.between("'", "' file not found") {
      self = .header(String(name))
    } else if let name = line.between("unable to find library -l", nil)
      ?? line.between("cannot find -l", nil)
    {
      self = .library(String(name.prefix { !$0.isWhitespace && $0 != ":" }))
    } else if let name = line.between("undefined reference to '", "'")
      ?? line.between("undefined reference to `", "'")
      ?? line.between("undefined symbol: ", nil)
    {
      self = .symbol(String(name))
    } else {
      return nil
    }
  }

  /// A submodule is where its module is.
  private static func module(in name: Substring) -> Complaint {
    .module(String(name.prefix { $0 != "." }))
  }

  /// The module that a symbol of Swift's is declared in: its mangled name begins with that.
  static func module(ofSymbol symbol: String) -> String? {
    guard symbol.hasPrefix("$s") || symbol.hasPrefix("$S") else { return nil }
    let rest = symbol.dropFirst(2)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count > 0 else { return nil }
    let name = rest[digits.endIndex...].prefix(count)
    return name.count == count ? String(name) : nil
  }
}

extension Substring {
  /// What stands between two texts; to the end if there is no second one.
  fileprivate func between(_ start: String, _ end: String?) -> Substring? {
    guard let first = firstRange(of: start)?.upperBound else { return nil }
    let rest = self[first...]
    guard let end else { return rest.isEmpty ? nil : rest }
    guard let last = rest.firstRange(of: end)?.lowerBound, last > rest.startIndex else {
      return nil
    }
    return rest[..<last]
  }
}
