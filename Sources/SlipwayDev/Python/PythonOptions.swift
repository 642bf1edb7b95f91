package import SlipwayWSGI

/// How the Python application of a mount is run.
package struct PythonOptions: Sendable, Hashable, Codable {
  /// Directories put in front of sys.path, with their .pth files, in order.
  package var path: [String] = []

  /// A virtual environment or an installation; nil for the one that is found.
  package var home: String?

  /// `callable-object`, where the target names none.
  package var callable: String?

  package var threads: Int?
  package var queueTimeout: Duration?
  package var requestTimeout: Duration?

  /// For os.environ.
  package var environment: [String: String] = [:]

  package var validates = false

  /// `application-group`: empty for the main interpreter.
  package var group = ""
  package var hasOwnGIL = false

  /// `python-eggs`.
  package var eggs: String?

  package var debugger: WSGIOptions.Debugger?
  package var pydevPath: String?
  package var pydevServer: String?

  package init() {}

  /// What is set and is not the default, a line each, in the words of the configuration file.
  var settings: [String] {
    var lines: [String] = []
    if !path.isEmpty { lines.append("python-path: " + path.joined(separator: ", ").shownSafely) }
    if let home { lines.append("python-home: \(home.shownSafely)") }
    if let callable { lines.append("callable-object: \(callable)") }
    if let threads { lines.append("threads: \(threads)") }
    if let queueTimeout { lines.append("queue-timeout: \(queueTimeout)") }
    if let requestTimeout { lines.append("request-timeout: \(requestTimeout)") }
    for name in environment.keys.sorted() { lines.append("environment: \(name.shownSafely)") }
    if let debugger { lines.append("debugger: \(debugger)") }
    if let pydevPath { lines.append("pydev-path: \(pydevPath.shownSafely)") }
    if let pydevServer { lines.append("pydev-server: \(pydevServer.shownSafely)") }
    if !group.isEmpty { lines.append("application-group: \(group.shownSafely)") }
    if hasOwnGIL { lines.append("own-gil: true") }
    if let eggs { lines.append("python-eggs: \(eggs.shownSafely)") }
    if validates { lines.append("validate: true") }
    return lines
  }
}
