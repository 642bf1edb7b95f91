import FoundationEssentials
import Glibc
import SlipwayDebug

/// Compares search paths with what is on the disk. Reads the listed directories and no others; blocks.
struct SearchPathCheck {
  let paths: SearchPaths

  /// Directories of the packages that are served: what these build is found after search paths.
  let packages: [String]

  init(_ configuration: DevConfiguration) {
    paths = configuration.searchPaths
    packages = configuration.mounts.compactMap { mount in
      if case .swift(let package, _) = mount.target { package } else { nil }
    }
  }

  /// Those that matter most first.
  func run() -> [SearchPathError] {
    paths.entries.filter { !exists($0) }.map { .missing($0) }
      + shadowing(.swiftModules, "The module", also: packages.map { "\($0)/.build/debug/Modules" })
    {
      $0.name(before: ".swiftmodule")
    }
      + shadowing(.libraries, "The library", also: systemLibraries) {
        $0.hasPrefix("lib") ? $0.name(before: ".so").map { "\($0).so" } : nil
      }
      + shadowing(.python, "The Python module", also: []) { name in
        name.contains(".") ? name.name(before: ".py") : name.hasPrefix("_") ? nil : name
      }
      + DebuggerScripts(in: paths[.debuggerScripts]).misnamed.map { .misnamed($0) }
  }

  private func exists(_ entry: SearchPaths.Entry) -> Bool {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: entry.path, isDirectory: &isDirectory),
      FileManager.default.isReadableFile(atPath: entry.path)
    else { return false }
    return isDirectory || entry.kind == .debuggerScripts
  }

  /// Where the loader looks for what is in no search path; ld.so(8).
  private var systemLibraries: [String] {
    ["/usr/local/lib", "/lib", "/usr/lib", "/usr/lib64"]
      + ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu" }
  }

  /// What is in one of the paths of a kind and in a place that is searched after it.
  private func shadowing(
    _ kind: SearchPaths.Kind,
    _ what: String,
    also others: [String],
    name: (String) -> String?
  ) -> [SearchPathError] {
    let listed = paths[kind]
    guard !listed.isEmpty else { return [] }
    var first: [String: String] = [:]
    var told: Set<String> = []
    var errors: [SearchPathError] = []
    for (index, path) in (listed + others).enumerated() {
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for found in Set(entries.compactMap(name)).sorted() {
        if let before = first[found] {
          // The same place under two names is no shadow, and one shadow is enough.
          guard resolved(before) != resolved(path), told.insert(found).inserted else { continue }
          errors.append(.shadows("\(what) \(found.shownSafely)", in: before, other: path))
        } else if index < listed.count {
          first[found] = path
        }
      }
    }
    return errors
  }

  private func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension String {
  /// `Maths` of `Maths.swiftmodule`; nil for other names.
  fileprivate func name(before suffix: String) -> String? {
    hasSuffix(suffix) && count > suffix.count ? String(dropLast(suffix.count)) : nil
  }
}
