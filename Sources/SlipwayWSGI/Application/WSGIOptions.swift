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

  /// Whether wsgiref.validate is put around the application.
  package var validates = false

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
}
