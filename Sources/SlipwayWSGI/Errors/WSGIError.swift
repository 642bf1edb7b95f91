package import SlipwayCore
import SlipwaySystem

/// Why a Python application cannot be served.
package struct WSGIError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case noInterpreter = "SW240"
    case interpreterFails = "SW241"
    case unsupportedVersion = "SW242"
    case noLibrary = "SW243"
    case cannotOpen = "SW244"
    case wrongVersion = "SW245"
    case noStandardLibrary = "SW246"
    case notInitialized = "SW247"
    case otherInterpreter = "SW248"
    case loadFailed = "SW250"
    case noOwnGIL = "SW290"
    case otherGIL = "SW292"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  /// What is known beyond that: places searched, or a traceback.
  package let sections: [ErrorPage.Section]

  package var stableCode: String { code.rawValue }

  init(
    _ code: Code,
    _ message: String,
    remedy: String?,
    sections: [ErrorPage.Section] = []
  ) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.sections = sections
  }

  package static func == (left: WSGIError, right: WSGIError) -> Bool { left.code == right.code }
}

extension WSGIError {
  /// What a browser is shown instead of the application.
  package var page: ErrorPage {
    ErrorPage(
      code: stableCode,
      status: 500,
      title: code == .loadFailed
        ? "The application cannot be imported" : "Python cannot be started",
      message: message,
      remedy: remedy,
      sections: sections,
      healsByItself: true
    )
  }

  static func searched(_ places: [String]) -> [ErrorPage.Section] {
    [.facts(heading: "Places searched", places.map { ErrorPage.Fact($0, "not there") })]
  }

  static func noInterpreter(_ places: [String]) -> WSGIError {
    WSGIError(
      .noInterpreter,
      "There is no Python interpreter at any of \(places.count) places, among them "
        + "\(places.prefix(3).joined(separator: ", ")).",
      remedy:
        "Install python3, make a virtual environment (python3 -m venv .venv), or name one with "
        + "`python-home`.",
      sections: searched(places)
    )
  }

  static func interpreterFails(_ path: String, _ said: String) -> WSGIError {
    WSGIError(
      .interpreterFails,
      "The interpreter \(path) does not say what it is: \(said.isEmpty ? "it says nothing" : said).",
      remedy:
        "Try `\(path) -c 'import sysconfig'`. A virtual environment whose Python was removed is "
        + "to be made anew."
    )
  }

  static func unsupportedVersion(_ interpreter: InterpreterDescription) -> WSGIError {
    WSGIError(
      .unsupportedVersion,
      "\(interpreter.executable) is \(interpreter.implementation) \(interpreter.version); Slipway hosts "
        + "CPython 3.9 and newer.",
      remedy: "Make the virtual environment with a newer CPython."
    )
  }

  static func noLibrary(_ interpreter: InterpreterDescription, _ places: [String]) -> WSGIError {
    WSGIError(
      .noLibrary,
      "\(interpreter.executable) (Python \(interpreter.version)) has no shared library: it was built "
        + "without one, or the library is not installed.",
      remedy: "On Debian: apt install libpython\(interpreter.shortVersion). With pyenv: "
        + "PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install \(interpreter.version).",
      sections: searched(places)
    )
  }

  static func cannotOpen(_ library: String, _ said: String) -> WSGIError {
    WSGIError(
      .cannotOpen,
      "The library \(library) cannot be opened: \(said).",
      remedy: "Install it anew; `ldd \(library)` tells what it needs."
    )
  }

  static func wrongVersion(
    _ library: String,
    _ version: String,
    _ interpreter: InterpreterDescription
  ) -> WSGIError {
    WSGIError(
      .wrongVersion,
      "The library \(library) is Python \(version), and the environment of \(interpreter.executable) is "
        + "for Python \(interpreter.version).",
      remedy: "Make the environment anew with the Python that is installed now."
    )
  }

  static func noStandardLibrary(_ interpreter: InterpreterDescription) -> WSGIError {
    WSGIError(
      .noStandardLibrary,
      "Python \(interpreter.version) has no module `encodings` in \(interpreter.standardLibrary), and "
        + "would not start without it.",
      remedy:
        "Install the standard library (on Debian: apt install python\(interpreter.shortVersion)), "
        + "or unset PYTHONHOME if it names another directory."
    )
  }

  static func notInitialized(_ said: String) -> WSGIError {
    WSGIError(.notInitialized, "Python did not start: \(said).", remedy: nil)
  }

  static func otherInterpreter(_ running: String, wanted: String) -> WSGIError {
    WSGIError(
      .otherInterpreter,
      "This mount wants \(wanted), but \(running) runs already for another mount: a process has one "
        + "Python.",
      remedy: "Give all Python mounts the same `python-home`, or run a second Slipway."
    )
  }

  static func noOwnGIL(_ interpreter: InterpreterDescription) -> WSGIError {
    WSGIError(
      .noOwnGIL,
      "\(interpreter.executable) is Python \(interpreter.version), and a GIL of an interpreter’s own "
        + "(PEP 684) is used with CPython 3.12 to 3.14.",
      remedy: "Remove `own-gil`, or make the virtual environment with one of those."
    )
  }

  static func otherGIL(_ group: String, isOwn: Bool) -> WSGIError {
    WSGIError(
      .otherGIL,
      "This mount wants the application group “\(group)” with \(isOwn ? "the main interpreter’s GIL" : "a GIL of its own"), "
        + "but it runs already with \(isOwn ? "one of its own" : "that of the main interpreter") for another mount.",
      remedy: "Give all mounts of the group the same `own-gil`."
    )
  }
}

extension String {
  /// What is said of a directory for eggs that cannot be one.
  static func unusableEggs(_ directory: String) -> String {
    "`python-eggs` names \(directory), which is no directory that the server may write to: what is "
      + "in eggs cannot be taken out. Make it, or name another one. [SW291]"
  }
}
