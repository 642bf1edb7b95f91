import SlipwayCore

/// What a compiler, a linker or the loader did not find.
package enum MissingThing: Hashable {
  case module(String)
  /// As the linker is told: `m` for `libm.so`.
  case library(String)
  /// A file that the loader wants, such as `libm.so.6`.
  case sharedObject(String)
  /// As it is included, such as `maths/add.h`.
  case header(String)

  var name: String {
    switch self {
    case .module(let name), .sharedObject(let name), .header(let name): name
    case .library(let name): "lib\(name)"
    }
  }

  /// Everything that an error page complains of, in the order of the page.
  static func all(in page: ErrorPage) -> [MissingThing] {
    var texts = [page.message]
    for section in page.sections {
      switch section {
      case .diagnostics(let found):
        texts += found.flatMap { [$0.message, $0.excerpt ?? ""] + $0.notes.map(\.message) }
      case .output(_, let text): texts.append(text)
      case .facts, .details, .frames: break
      }
    }
    var things: [MissingThing] = []
    for line in texts.flatMap({ $0.split(whereSeparator: \.isNewline) }) {
      guard let thing = MissingThing(complaint: line), !things.contains(thing) else { continue }
      things.append(thing)
    }
    return things
  }

  /// Reads one line of swiftc, clang, lld, gold, ld or the loader.
  package init?(complaint line: Substring) {
    if let name = line.between("no such module '", "'") {
      // A submodule is where its module is.
      self = .module(String(name.prefix { $0 != "." }))
    } else if let name = line.between("'", "' file not found") {
      self = .header(String(name))
    } else if let name = line.between("unable to find library -l", "")
      ?? line.between("cannot find -l", "")
    {
      self = .library(String(name.prefix { !$0.isWhitespace && $0 != ":" }))
    } else if line.contains("cannot open shared object file"),
      let name = line.split(separator: ": ").first(where: { $0.contains(".so") })
    {
      // In the middle of a sentence the name is its last word.
      self = .sharedObject(String(name.split(separator: " ").last ?? name))
    } else {
      return nil
    }
    guard !name.isEmpty, name != "lib", !name.contains("..") else { return nil }
  }
}

extension Substring {
  /// What stands between two texts; to the end of the line if the second is empty.
  fileprivate func between(_ start: String, _ end: String) -> Substring? {
    guard let first = firstRange(of: start)?.upperBound else { return nil }
    let rest = self[first...]
    guard !end.isEmpty else { return rest }
    return rest.firstRange(of: end).map { rest[..<$0.lowerBound] }
  }
}
