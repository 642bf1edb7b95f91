/// Where a Python may be that the loader does not know of.
///
/// The toolchain's LLDB is linked with the Python of the system that it was built for, and most other
/// systems have another one. Those who need a second Python have it from pyenv, uv, conda, asdf or
/// mise, whose libraries are in no directory that the loader looks into.
struct PythonPlaces: Sendable {
  struct Place: Equatable {
    /// The directory with the library: what LD_LIBRARY_PATH is to say.
    var libraries: String

    /// What PYTHONHOME is to say, so that the standard library is found; nil for the system's own.
    var home: String?
  }

  private let environment: [String: String]

  init(environment: [String: String]) {
    self.environment = environment
  }

  /// Where `library` is, such as `libpython3.10.so.1.0`; nil for any other library.
  func place(of library: String) -> Place? {
    guard let version = Self.version(of: library) else { return nil }
    for prefix in prefixes where "\(prefix)/lib/\(library)".isReadable {
      let hasModules = "\(prefix)/lib/python\(version)/os.py".isReadable
      return Place(libraries: "\(prefix)/lib", home: hasModules ? prefix : nil)
    }
    return nil
  }

  /// `3.10` of `libpython3.10.so.1.0`.
  static func version(of library: String) -> String? {
    let name = "libpython"
    guard library.hasPrefix(name), let end = library.firstRange(of: ".so")?.lowerBound else {
      return nil
    }
    let version = library[..<end].dropFirst(name.count)
    guard version.split(separator: ".").count == 2,
      version.allSatisfy({ $0 == "." || $0.isASCII && $0.isNumber })
    else { return nil }
    return String(version)
  }

  /// Directories with a `lib` in them, the most particular first; of several versions the highest.
  private var prefixes: [String] {
    let home = environment["HOME"].map { [$0] } ?? []
    let managers =
      (environment["PYENV_ROOT"].map { ["\($0)/versions"] } ?? [])
      + home.flatMap {
        [
          "\($0)/.pyenv/versions", "\($0)/.local/share/uv/python", "\($0)/.asdf/installs/python",
          "\($0)/.local/share/mise/installs/python", "\($0)/miniconda3/envs",
        ]
      }
    let single = [environment["VIRTUAL_ENV"], environment["CONDA_PREFIX"]].compactMap(\.self)
    return single + managers.flatMap { $0.versions } + ["/usr/local", "/usr", "/opt/python"]
  }
}

extension String {
  /// The directories in this one, those with the highest numbers first.
  fileprivate var versions: [String] {
    entries.sorted { Self.numbers($0).lexicographicallyPrecedes(Self.numbers($1), by: >) }
      .map { "\(self)/\($0)" }
  }

  /// `3.10.13` as 3, 10, 13.
  private static func numbers(_ name: String) -> [Int] {
    name.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
  }
}
