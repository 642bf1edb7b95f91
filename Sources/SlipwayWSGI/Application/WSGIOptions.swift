/// What an application is and how it is run: the options of a mount.
package struct WSGIOptions: Sendable, Hashable, Codable {
  /// The script, absolute; empty if a module is named that sys.path finds.
  package var file = ""

  /// The module's name; empty for a script that no import finds, such as app.wsgi.
  package var module = ""

  /// `name`, `name.attribute` or `factory()`; empty for what is usual.
  package var callable = ""

  /// The directory that is put in front of sys.path, and watched.
  package var root: String

  /// `python-path`, in order; and search paths for Python behind them.
  package var pythonPath: [String] = []

  /// `python-home`.
  package var home: String?

  /// nil for the usual number.
  package var threads: Int?

  package var queueTimeout: Duration?
  package var requestTimeout: Duration?

  /// For os.environ.
  package var environment: [String: String] = [:]

  /// `application-group`: the interpreter that it runs in; empty for the main one.
  package var group = ""

  /// Whether that interpreter has a GIL of its own.
  package var hasOwnGIL = false

  /// PYTHON_EGG_CACHE: where pkg_resources puts what it takes out of eggs. Absolute.
  package var eggs: String?

  /// Whether wsgiref.validate is put around the application.
  package var validates = false

  /// Whether frames of exceptions are kept, for code to be evaluated there (`PythonConsole`).
  package var keepsFrames = false

  package enum Debugger: String, Sendable, Hashable, Codable, CaseIterable {
    case debugpy, pydevd
  }

  package var debugger: Debugger?

  /// Of pydevd: the directory that it is in, and the HOST:PORT where the editor listens.
  package var pydevPath: String?
  package var pydevServer: String?

  package init(root: String) {
    self.root = root
  }

  /// How many requests run at the same time, if nothing is said.
  package static let usualThreads = 8

  /// The form of `settings` in gateway.py.
  var settings: String {
    let pairs =
      [
        "file=\(file)", "module=\(module)", "callable=\(callable)", "root=\(root)",
        "threads=\(threads ?? Self.usualThreads)", "validate=\(validates)",
      ] + pythonPath.map { "python-path=\($0)" }
    return pairs.joined(separator: "\u{1e}")
  }

  /// `sys.argv[0]` of an interpreter that starts for it.
  var argument: String { file.isEmpty ? module : file }

  /// The form of `set_environment` in gateway.py.
  var variables: String {
    environment.merging(eggs.map { ["PYTHON_EGG_CACHE": $0] } ?? [:]) { $1 }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{1e}")
  }

  /// Where the editor listens for pydevd.
  private var editor: String { pydevServer ?? "127.0.0.1:5678" }

  /// What to look at where the debugger did not start.
  func debuggerQuestion(_ said: String) -> String {
    debugger == .pydevd && !said.contains("ModuleNotFoundError")
      ? "Does an editor listen at \(editor)?" : "Is it installed in the environment?"
  }

  /// The form of `debug` in debugging.py; nil if no debugger is wanted.
  var debuggerSettings: String? {
    guard let debugger else { return nil }
    let pairs =
      ["debugger=\(debugger)", "pydev-server=\(editor)"]
      + ([pydevPath].compactMap(\.self) + pythonPath).map { "python-path=\($0)" }
    return pairs.joined(separator: "\u{1e}")
  }
}
