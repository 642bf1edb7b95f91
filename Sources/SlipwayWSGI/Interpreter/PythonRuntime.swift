import CSlipwayPython
import Glibc
import SlipwayCore
import SlipwaySystem
import Synchronization

/// The one Python interpreter of the process image.
///
/// What concerns it as a whole (its start, imports, its end) runs on a thread of its own, which is
/// Python's main thread; requests run on the threads of pools. The main thread of the process is not
/// touched: it must be free to execve. Nothing is finalised beyond what the application can notice
/// (threads, atexit): the memory goes with the image, and Py_FinalizeEx would only take it apart first.
package final class PythonRuntime: Sendable {
  private enum Debugger {
    case none
    /// Asked for: it works or it does not, once in the life of the process image.
    case started(port: UInt16?)
  }

  private enum State {
    case none
    case running(PythonRuntime)
    case failed(WSGIError, wanted: String)
  }

  private static let state = Mutex(State.none)

  let interpreter: InterpreterDescription
  private let jobs: Inbox<@Sendable () -> Void>
  private let debugger = Mutex<Debugger>(.none)
  private let onImport = Mutex<[@Sendable () -> Void]>([])

  private init(_ interpreter: InterpreterDescription, _ jobs: Inbox<@Sendable () -> Void>) {
    self.interpreter = interpreter
    self.jobs = jobs
  }

  /// The interpreter, which is started by whoever asks first. Blocks.
  ///
  /// - Parameter environment: variables that the application is to find in os.environ.
  static func shared(
    _ interpreter: InterpreterDescription,
    arguments: [String],
    environment: [String: String]
  ) throws(WSGIError) -> PythonRuntime {
    let result = state.withLock { state in
      switch state {
      case .none:
        let result = start(interpreter, arguments, environment)
        switch result {
        case .success(let runtime): state = .running(runtime)
        case .failure(let error): state = .failed(error, wanted: interpreter.executable)
        }
        return result
      case .running(let runtime):
        guard runtime.interpreter.executable == interpreter.executable else {
          return Result<PythonRuntime, WSGIError>
            .failure(
              .otherInterpreter(runtime.interpreter.executable, wanted: interpreter.executable)
            )
        }
        return .success(runtime)
      case .failed(let error, _):
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Starts a debugger's half in this process, if none has been started. Returns why that did not work.
  /// Blocks, on an editor too if it is one that is connected to.
  func startDebugger(_ options: WSGIOptions) -> String? {
    let isFirst = debugger.withLock { debugger in
      guard case .none = debugger else { return false }
      debugger = .started(port: nil)
      return true
    }
    guard isFirst, let settings = options.debuggerSettings else { return nil }
    let answer = call("debug", settings)
    guard !answer.failed else { return answer.text }
    debugger.withLock { $0 = .started(port: UInt16(answer.text)) }
    return nil
  }

  /// Where on 127.0.0.1 editors reach the Python debugger of this image; nil if there is none.
  package static var debuggerPort: UInt16? {
    guard let current, case .started(let port) = current.debugger.withLock({ $0 }) else {
      return nil
    }
    return port
  }

  /// The interpreter if there is one already.
  static var current: PythonRuntime? {
    state.withLock { if case .running(let runtime) = $0 { runtime } else { nil } }
  }

  /// Calls a function of the gateway's source on Python's main thread, and waits for it. The second
  /// value tells whether it raised.
  func call(_ function: String, _ argument: String) -> (text: String, failed: Bool) {
    let answers = Inbox<(text: String, failed: Bool)>()
    jobs.send { answers.send(Self.callHere(function, argument)) }
    return answers.receive()[0]
  }

  /// The same on the calling thread, beside whatever Python's main thread is doing.
  static func callHere(_ function: String, _ argument: String) -> (text: String, failed: Bool) {
    var failed: CInt = 0
    guard let answer = unsafe slipway_python_call(function, argument, &failed) else {
      return ("", true)
    }
    defer { unsafe free(answer) }
    return (unsafe String(cString: answer), failed != 0)
  }

  /// Has `callback` called, on any thread, whenever modules have been imported while a request was
  /// served.
  func whenImported(_ callback: @escaping @Sendable () -> Void) {
    onImport.withLock { $0.append(callback) }
  }

  func imported() {
    for callback in onImport.withLock({ $0 }) { callback() }
  }

  // MARK: Start

  private static func start(
    _ interpreter: InterpreterDescription,
    _ arguments: [String],
    _ environment: [String: String]
  ) -> Result<PythonRuntime, WSGIError> {
    Result { () throws(WSGIError) in
      try open(interpreter)
      let jobs = Inbox<@Sendable () -> Void>()
      let started = Inbox<String?>()
      do {
        try NamedThread.detach("slipway-python") {
          started.send(initialize(interpreter))
          while true { for job in jobs.receive() { job() } }
        }
      } catch {
        throw WSGIError.notInitialized("there is no room for one more thread")
      }
      if let problem = started.receive()[0] { throw WSGIError.notInitialized(problem) }
      let runtime = PythonRuntime(interpreter, jobs)
      var settings = arguments.map { "argv=\($0)" }
      settings += environment.sorted { $0.key < $1.key }.map { "environment=\($0.key)=\($0.value)" }
      let prepared = runtime.call("prepare", settings.joined(separator: "\u{1e}"))
      if prepared.failed { throw WSGIError.notInitialized(prepared.text) }
      return runtime
    }
  }

  /// Opens the library, and looks at everything that would make the interpreter abort the process.
  private static func open(_ interpreter: InterpreterDescription) throws(WSGIError) {
    let places = interpreter.libraryCandidates
    guard let library = places.first(where: \.exists) else {
      throw .noLibrary(interpreter, places)
    }
    guard interpreter.standardLibraries(home: unsafe getenv("PYTHONHOME").map { unsafe String(cString: $0) })
      .contains(where: \.exists)
    else { throw .noStandardLibrary(interpreter) }
    // RTLD_GLOBAL: modules written in C take the interpreter's symbols from the process.
    guard let handle = unsafe dlopen(library, RTLD_NOW | RTLD_GLOBAL) else {
      throw .cannotOpen(library, unsafe dlerror().map { unsafe String(cString: $0) } ?? "")
    }
    if let missing = unsafe slipway_python_load(handle) {
      throw .cannotOpen(library, "it has no \(unsafe String(cString: missing))")
    }
    let version = unsafe String(cString: slipway_python_version())
    let number = version.split(separator: " ").first.map(String.init) ?? version
    guard number.hasPrefix(interpreter.shortVersion + ".") else {
      throw .wrongVersion(library, number, interpreter)
    }
  }

  /// On what becomes Python's main thread.
  private static func initialize(_ interpreter: InterpreterDescription) -> String? {
    // As python(1) does: without a locale, text is UTF-8 (PEP 540).
    let locale = unsafe setlocale(LC_CTYPE, "").map { unsafe String(cString: $0) }
    let forcesUTF8 = locale == nil || locale == "C" || locale == "POSIX"
    let source =
      String(decoding: PackageResources.gateway_py, as: UTF8.self) + "\n"
      + String(decoding: PackageResources.report_py, as: UTF8.self) + "\n"
      + String(decoding: PackageResources.debugging_py, as: UTF8.self) + "\n"
      + String(decoding: PackageResources.console_py, as: UTF8.self)
    let problem = unsafe slipway_python_initialize(
      HostTable.pointer,
      interpreter.executable,
      forcesUTF8 ? 1 : 0,
      source
    )
    guard let problem = unsafe problem else { return nil }
    defer { unsafe free(problem) }
    return unsafe String(cString: problem)
  }
}
