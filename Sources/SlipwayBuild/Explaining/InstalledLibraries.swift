import FoundationEssentials
import Glibc

/// The shared libraries that a linker of this machine finds by `-l`.
struct InstalledLibraries {
  /// So long is looked at most.
  private static let patience = Duration.seconds(1)

  private let directories: [String]

  /// - Parameter arguments: those of the build: the directories of `-L` are looked at first.
  init(arguments: [String]) {
    let given = arguments.compactMap { argument in
      argument.hasPrefix("-L/") ? String(argument.dropFirst(2)) : nil
    }
    #if arch(arm64)
      let triple = "aarch64-linux-gnu"
    #else
      let triple = "x86_64-linux-gnu"
    #endif
    var seen: Set<String> = []
    directories =
      (given + ["/usr/local/lib", "/usr/lib/\(triple)", "/usr/lib64", "/usr/lib"])
      .filter { seen.insert($0).inserted }
  }

  /// A library as `.linkedLibrary` names it, with the file.
  struct Library: Equatable {
    let name: String
    let path: String
  }

  /// The one that defines a symbol, if it can be linked with.
  func library(defining symbol: String) -> Library? {
    let end = ContinuousClock.now + Self.patience
    for directory in directories {
      for file in Self.names(in: directory) where file.hasPrefix("lib") && file.hasSuffix(".so") {
        guard ContinuousClock.now < end else { return nil }
        let path = "\(directory)/\(file)"
        let files = [path] + SymbolTable.libraries(namedIn: path)
        guard files.contains(where: { SymbolTable.file($0, defines: symbol) }) else { continue }
        return Library(name: String(file.dropFirst(3).dropLast(3)), path: path)
      }
    }
    return nil
  }

  /// The library that is there for programs to run with, as `libz.so.1`, but not to be linked with.
  func runtimeOnly(_ name: String) -> String? {
    for directory in directories {
      let names = Self.names(in: directory)
      guard !names.contains("lib\(name).so"), !names.contains("lib\(name).a") else { return nil }
      if let file = names.first(where: { $0.hasPrefix("lib\(name).so.") }) {
        return "\(directory)/\(file)"
      }
    }
    return nil
  }

  private static func names(in directory: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
  }
}
