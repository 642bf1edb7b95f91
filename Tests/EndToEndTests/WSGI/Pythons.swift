import Glibc
import SlipwayTestSupport

/// A CPython of this machine that can be hosted.
struct Python: Sendable, CustomStringConvertible {
  /// What `python-home` is to be.
  let home: String

  /// `3.11`.
  let version: String

  var executable: String { "\(home)/bin/python3" }
  var description: String { "Python \(version)" }

  /// The one that SLIPWAY_PYTHON names, Debian's own, and those of pyenv, one of each version: found when
  /// the tests run.
  static let all: [Python] = {
    let question = """
      import sys, sysconfig, os
      print("%d.%d" % sys.version_info[:2], sys.prefix, int(any(os.path.exists(os.path.join(d, n)) \
      for d in [sysconfig.get_config_var("LIBDIR") or "", \
      os.path.join(sysconfig.get_config_var("LIBDIR") or "", sysconfig.get_config_var("MULTIARCH") or "")] \
      for n in [sysconfig.get_config_var("INSTSONAME") or "?"])))
      """
    let script = """
      for python in "$1" /usr/bin/python3 "$(pyenv root 2>/dev/null)"/versions/*/bin/python3; do
        if [ -x "$python" ]; then "$python" -c '\(question)' 2>/dev/null; fi
      done
      """
    var found: [Python] = []
    // Variables of Slipway's own are kept from what tests start.
    let named = getenv("SLIPWAY_PYTHON").map { String(cString: $0) } ?? ""
    let text = (try? CommandRun(["/bin/sh", "-c", script, "sh", named]).text) ?? ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, words[2] == "1", words[0].hasPrefix("3."),
        let minor = Int(words[0].dropFirst(2)), minor >= 9,
        !found.contains(where: { $0.version == words[0] })
      else { continue }
      found.append(Python(home: words[1], version: words[0]))
    }
    let names = found.map(\.version).joined(separator: ", ")
    let notice = "\nWSGI is tested with CPython \(names.isEmpty ? "(none found)" : names)\n"
    _ = write(STDERR_FILENO, notice, notice.utf8.count)
    return found
  }()

  /// The oldest, Debian's and the newest: for tests that take long with each.
  static let span: [Python] = {
    let sorted = all.sorted { $0.minor < $1.minor }
    let chosen = [sorted.first, all.first, sorted.last].compactMap { $0?.version }
    return sorted.filter { chosen.contains($0.version) }
  }()

  /// One of these, and all with SLIPWAY_PYTHONS=all: for tests that take minutes with each.
  static let spanIfWanted: [Python] = {
    guard let wanted = getenv("SLIPWAY_PYTHONS"), String(cString: wanted) == "all" else {
      return Array(all.prefix(1))
    }
    return span
  }()

  /// The same, and all in which an interpreter can have a GIL of its own.
  static let spanAndOwnGIL: [Python] = {
    let versions = span.map(\.version)
    return all.filter { versions.contains($0.version) || $0.canHaveOwnGIL }
  }()

  /// Whether an interpreter can have a GIL of its own.
  var canHaveOwnGIL: Bool { minor >= 12 }

  private var minor: Int { Int(version.dropFirst(2)) ?? 0 }

  /// One of them, for tests that are not about versions.
  static var any: Python {
    get throws {
      guard let python = all.first else {
        throw ServerProcess.Failure(
          description: "no CPython with a shared library: apt install python3 libpython3.11"
        )
      }
      return python
    }
  }
}
