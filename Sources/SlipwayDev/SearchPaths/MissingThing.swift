import SlipwayBuild
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
    switch Complaint(line: line) {
    case .module(let name): self = .module(name)
    case .header(let name): self = .header(name)
    case .library(let name): self = .library(name)
    case .symbol: return nil
    case nil:
      guard line.contains("cannot open shared object file"),
        let name = line.split(separator: ": ").first(where: { $0.contains(".so") })
      else { return nil }
      // In the middle of a sentence the name is its last word.
      self = .sharedObject(String(name.split(separator: " ").last ?? name))
    }
    guard !name.isEmpty, name != "lib", !name.contains("..") else { return nil }
  }
}
