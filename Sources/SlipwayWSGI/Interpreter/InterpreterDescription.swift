/// What a Python interpreter says of itself.
package struct InterpreterDescription: Sendable, Equatable, Codable {
  /// `3.11.2`.
  package var version: String

  /// `cpython`.
  package var implementation: String

  /// sys.executable: in a virtual environment, that of the environment.
  package var executable: String

  package var basePrefix: String

  /// LIBDIR, INSTSONAME, LDLIBRARY and MULTIARCH of sysconfig.
  package var libraryDirectory: String
  package var sharedName: String
  package var linkName: String
  package var multiarch: String

  /// Where the modules written in Python are.
  package var standardLibrary: String
  package var abiFlags: String

  /// Reads the lines of `describe.py`.
  package init?(lines: [String]) {
    guard lines.count >= 10, lines[0].split(separator: ".").count == 3 else { return nil }
    version = lines[0]
    implementation = lines[1]
    executable = lines[2]
    basePrefix = lines[3]
    libraryDirectory = lines[4]
    sharedName = lines[5]
    linkName = lines[6]
    multiarch = lines[7]
    standardLibrary = lines[8]
    abiFlags = lines[9]
  }

  /// `3.11`.
  package var shortVersion: String {
    version.split(separator: ".").prefix(2).joined(separator: ".")
  }

  /// Whether this is a CPython whose interface is the one that is used here.
  package var isSupported: Bool {
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    return implementation == "cpython" && numbers.count >= 2 && numbers[0] == 3 && numbers[1] >= 9
  }

  /// Whether an interpreter beside the main one can have a GIL of its own (PEP 684). What that is asked for
  /// with is no part of the stable ABI, so it is for the versions that have been looked at.
  var canHaveOwnGIL: Bool {
    version.split(separator: ".").dropFirst().first.flatMap { Int($0) }
      .map { (12...14).contains($0) }
      ?? false
  }

  /// Where the shared library may be, the likeliest place first.
  package var libraryCandidates: [String] {
    let name = "libpython\(shortVersion)\(abiFlags).so"
    var names: [String] = []
    for candidate in [sharedName, name + ".1.0", linkName, name]
    where candidate.contains(".so") && !names.contains(candidate) {
      names.append(candidate)
    }
    var directories: [String] = []
    let likely = [
      libraryDirectory, "\(basePrefix)/lib",
      multiarch.isEmpty ? "" : "\(basePrefix)/lib/\(multiarch)", "\(basePrefix)/lib64",
    ]
    for directory in likely where !directory.isEmpty && !directories.contains(directory) {
      directories.append(directory)
    }
    return directories.flatMap { directory in names.map { "\(directory)/\($0)" } }
  }

  /// Files of which one is there if Python can start.
  ///
  /// - Parameter home: PYTHONHOME, which the interpreter was not asked with: `prefix` or `prefix:exec_prefix`.
  func standardLibraries(home: String?) -> [String] {
    let number = shortVersion.split(separator: ".").joined()
    let prefix = home?.split(separator: ":").first.map(String.init)
    let library = prefix.map { "\($0)/lib/python\(shortVersion)" } ?? standardLibrary
    return [
      "\(library)/encodings/__init__.py", "\(prefix ?? basePrefix)/lib/python\(number).zip",
    ]
  }
}
