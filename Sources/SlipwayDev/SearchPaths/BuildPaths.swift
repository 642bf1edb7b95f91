import FoundationEssentials
import Glibc

/// What builds are told of search paths, and what lies there, as of one moment.
///
/// The directories are not watched: a generation looks once, when it begins. Blocks for as long as
/// listing them takes.
struct BuildPaths: Sendable, Equatable {
  /// For `swift build`.
  let arguments: [String]

  /// Stands for what a build may have read: another one is reason enough for `swift build` to look.
  let stamp: UInt64

  init(_ paths: SearchPaths) {
    var arguments = paths.buildArguments
    let modules = paths[.swiftModules] + paths[.frameworks]
    if !modules.isEmpty {
      // SwiftPM sees that a header has changed, or a library, but not that a module outside of the
      // package has (measured with Swift 6.3.1). Another condition has everything compiled anew.
      let stamp = Self.stamp(of: modules)
      arguments += ["-Xswiftc", "-DSLIPWAY_MODULES_\(String(stamp, radix: 16))"]
    }
    self.arguments = arguments
    stamp = Self.stamp(of: paths[.headers] + paths[.libraries])
  }

  private static let depth = 3
  private static let entryLimit = 20_000

  /// Names, sizes and times of what is in directories, in FNV-1a (Fowler, Noll, Vo).
  private static func stamp(of directories: [String]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
    var budget = entryLimit
    var level = directories
    for _ in 0..<depth {
      var next: [String] = []
      for directory in level {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names.sorted() where budget > 0 {
          budget -= 1
          var status = stat()
          let path = "\(directory)/\(name)"
          guard stat(path, &status) == 0 else { continue }
          if status.st_mode & S_IFMT == S_IFDIR {
            next.append(path)
          } else {
            let time = status.st_mtim
            add("\(path)\0\(status.st_size)\0\(time.tv_sec).\(time.tv_nsec)\0")
          }
        }
      }
      level = next
    }
    return hash
  }
}
