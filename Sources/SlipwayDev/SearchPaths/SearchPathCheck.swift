import FoundationEssentials
import Glibc
import SlipwayBuild
import SlipwayDebug
import SlipwayWSGI

/// Compares search paths with what is on the disk. Reads the listed directories and those that are
/// searched after them, and asks Python where its own modules are if any are to come before; blocks.
struct SearchPathCheck {
  let configuration: DevConfiguration
  let environment: [String: String]

  private var paths: SearchPaths { configuration.searchPaths }

  init(_ configuration: DevConfiguration, environment: [String: String]) {
    self.configuration = configuration
    self.environment = environment
  }

  /// Those that matter most first.
  func run() -> [SearchPathError] {
    paths.entries.filter { !exists($0) }.map { .missing($0) }
      + shadowing(.swiftModules, "The module", also: packageModules + toolchainModules) { name, _ in
        name.name(before: ".swiftmodule")
      }
      + shadowing(.libraries, "The library", also: systemLibraries) { name, _ in
        // With its number, by which the loader asks for it, or without, as the linker does.
        name.hasPrefix("lib") && (name.hasSuffix(".so") || name.contains(".so.")) ? name : nil
      }
      + shadowing(.python, "The Python module", also: pythonModules) { name, directory in
        guard !name.contains(".") else { return name.name(before: ".py") }
        // Other directories give way to any module of that name.
        return access("\(directory)/\(name)/__init__.py", R_OK) == 0 ? name : nil
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

  /// What the packages that are served have built, as they are built.
  private var packageModules: [String] {
    let kind = configuration.build?.configuration ?? .debug
    return configuration.mounts.compactMap { mount in
      if case .swift(let package, _) = mount.target {
        "\(package)/.build/\(kind.rawValue)/Modules"
      } else {
        nil
      }
    }
  }

  /// What comes with the compiler that is in PATH.
  private var toolchainModules: [String] {
    let programs = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/swiftc" }
    guard let compiler = programs.first(where: { access($0, X_OK) == 0 }) else { return [] }
    let components = resolved(compiler).split(separator: "/").dropLast(2)
    return ["/" + components.joined(separator: "/") + "/lib/swift/linux"]
  }

  /// What comes with the Python of each application.
  private var pythonModules: [String] {
    guard !paths[.python].isEmpty else { return [] }
    return configuration.mounts.compactMap { mount in
      guard case .wsgi(let target) = mount.target else { return nil }
      let options = WSGIOptions(mount, target, searchPaths: paths)
      return try? InterpreterLocator(options, environment: environment).locate().standardLibrary
    }
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
    name: (_ entry: String, _ directory: String) -> String?
  ) -> [SearchPathError] {
    let listed = paths[kind]
    guard !listed.isEmpty else { return [] }
    var first: [String: String] = [:]
    var told: Set<String> = []
    var errors: [SearchPathError] = []
    for (index, path) in (listed + others).enumerated() {
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for found in Set(entries.compactMap { name($0, path) }).sorted() {
        if let before = first[found] {
          // The same place under two names is no shadow, and one shadow is enough.
          guard resolved(before) != resolved(path), told.insert(found.withoutVersion).inserted
          else { continue }
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

  /// `libz.so` of `libz.so.1`.
  fileprivate var withoutVersion: String {
    firstRange(of: ".so.").map { String(self[..<$0.lowerBound]) + ".so" } ?? self
  }
}
