import FoundationEssentials
import Glibc

/// Looks for what is missing in directories where it may well be: the package, what lies beside it,
/// and the usual prefixes.
///
/// Bounded: only so deep, so many entries and so long. Blocks; to be run when a build has failed.
package struct NearbySearch: Sendable {
  /// How many levels below a root are looked at.
  private static let depth = 4
  private static let entryLimit = 30_000
  private static let timeLimit = Duration.seconds(1)
  private static let skipped: Set = ["node_modules", "checkouts", "repositories", "index"]

  /// The package that does not build, an absolute path.
  let package: String

  /// What is searched already.
  let paths: SearchPaths

  /// The user's home directory, if it is known.
  let home: String?

  package init(package: String, paths: SearchPaths, home: String?) {
    self.package = package
    self.paths = paths
    self.home = home
  }

  /// Where each of the things is, if it is found; of several places the nearest.
  package func find(_ things: [MissingThing]) -> [(thing: MissingThing, entry: SearchPaths.Entry)] {
    guard !things.isEmpty else { return [] }
    var found: [MissingThing: SearchPaths.Entry] = [:]
    let giveUp = ContinuousClock.now + Self.timeLimit
    var seen: Set<String> = []
    var budget = Self.entryLimit
    // Breadth first, so that what is near is found before what is far.
    var level = roots
    for depth in 0...Self.depth {
      var next: [String] = []
      for directory in level where seen.insert(directory).inserted {
        guard found.count < things.count, budget > 0, ContinuousClock.now < giveUp else { break }
        let names = Set((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
        budget -= names.count
        for thing in things where found[thing] == nil {
          guard let kind = kind(of: thing, in: directory, names), !paths[kind].contains(directory)
          else { continue }
          found[thing] = SearchPaths.Entry(kind, directory)
        }
        if depth < Self.depth { next += below(directory, names) }
      }
      level = next
    }
    return things.compactMap { thing in found[thing].map { (thing, $0) } }
  }

  private var roots: [String] {
    let parent = package.removingLastComponent
    let prefixes =
      ["/usr/local", "/opt", "/usr/include", "/usr/lib"] + (home.map { ["\($0)/.local"] } ?? [])
    // Everything there is lies beside a package in the root directory, or in one's home.
    return [package] + (parent == "/" ? [] : [parent]) + prefixes
  }

  /// The directories in a directory that are worth a look.
  private func below(_ directory: String, _ names: Set<String>) -> [String] {
    var directories: [String] = []
    for name in names.sorted() where !name.hasPrefix(".") && !Self.skipped.contains(name) {
      let path = "\(directory)/\(name)"
      var status = stat()
      // Symbolic links lead in circles.
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { directories.append(path) }
    }
    // What another package has built; its own products are no matter of search paths.
    if names.contains(".build"), directory != package {
      for configuration in ["debug", "release"] {
        let products = "\(directory)/.build/\(configuration)"
        directories += ["\(products)/Modules", products]
      }
    }
    return directories
  }

  /// As what the directory would have to be added; nil if the thing is not in it.
  private func kind(
    of thing: MissingThing,
    in directory: String,
    _ names: Set<String>
  ) -> SearchPaths.Kind? {
    switch thing {
    case .module(let name):
      if names.contains("\(name).swiftmodule") { return .swiftModules }
      return names.contains("module.modulemap") && declares(name, in: directory) ? .headers : nil
    case .library(let name):
      return names.contains("lib\(name).so") || names.contains("lib\(name).a") ? .libraries : nil
    case .sharedObject(let file):
      return names.contains(file) ? .libraries : nil
    case .header(let path):
      guard names.contains(String(path.prefix { $0 != "/" })) else { return nil }
      return access("\(directory)/\(path)", R_OK) == 0 ? .headers : nil
    }
  }

  private func declares(_ module: String, in directory: String) -> Bool {
    let path = "\(directory)/module.modulemap"
    guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else {
      return false
    }
    let words = String(decoding: data, as: UTF8.self).split { $0.isWhitespace || $0 == "{" }
    return zip(words, words.dropFirst()).contains { $0 == "module" && $1 == module }
  }
}

extension String {
  /// The directory that an absolute path is in.
  fileprivate var removingLastComponent: String {
    let components = split(separator: "/").dropLast()
    return "/" + components.joined(separator: "/")
  }
}
