import CSlipwayPython
import Glibc
import SlipwayCore
import SlipwaySystem
import Synchronization

/// A Python interpreter of the process image: the main one, or that of an application group.
///
/// What concerns it as a whole (its start, imports, its end) runs on a thread of its own, which for the main
/// interpreter is Python's main thread; requests run on the threads of pools. The main thread of the
/// process is not touched: it must be free to execve. Nothing is finalised beyond what the application can
/// notice (threads, atexit): the memory goes with the image, and Py_FinalizeEx would only take it apart
/// first.
package final class PythonRuntime: Sendable {
  private enum Debugger {
    case none
    /// Asked for: it works or it does not, once in the life of the process image.
    case started(port: UInt16?)
  }

  let interpreter: InterpreterDescription

  /// Empty for the main interpreter.
  let group: String
  let hasOwnGIL: Bool
  let pointer: InterpreterPointer
  private let jobs: Inbox<@Sendable () -> Void>
  private let debugger = Mutex<Debugger>(.none)
  private let onImport = Mutex<[@Sendable () -> Void]>([])

  /// Starts the main interpreter, of the library that is open. Blocks.
  ///
  /// - Parameters:
  ///   - argument: `sys.argv[0]`.
  ///   - codeFile: where what the gateway's source was compiled to is kept.
  convenience init(
    main interpreter: InterpreterDescription,
    argument: String,
    codeFile: String
  ) throws(WSGIError) {
    // As python(1) does: without a locale, text is UTF-8 (PEP 540).
    let locale = unsafe setlocale(LC_CTYPE, "").map { unsafe String(cString: $0) }
    let forcesUTF8 = locale == nil || locale == "C" || locale == "POSIX"
    try unsafe self.init(interpreter, argument: argument) { pointer in
      unsafe Self.withSource(codeFile) { source in
        unsafe slipway_python_initialize(
          HostTable.pointer,
          interpreter.executable,
          forcesUTF8 ? 1 : 0,
          source,
          0,
          &pointer
        )
      }
    }
  }

  /// Starts the interpreter of an application's group. Blocks.
  ///
  /// - Parameter number: what it is called when Python code calls the server.
  convenience init(
    number: UInt32,
    of options: WSGIOptions,
    beside main: PythonRuntime,
    codeFile: String
  ) throws(WSGIError) {
    let hasOwnGIL = options.hasOwnGIL
    try unsafe self.init(
      main.interpreter,
      argument: options.argument,
      group: options.group,
      hasOwnGIL: hasOwnGIL
    ) { [main = main.pointer] pointer in
      unsafe Self.withSource(codeFile) { source in
        unsafe slipway_python_add(main.value, source, number, hasOwnGIL ? 1 : 0, &pointer)
      }
    }
  }

  private init(
    _ interpreter: InterpreterDescription,
    argument: String,
    group: String = "",
    hasOwnGIL: Bool = false,
    start: @escaping @Sendable (inout OpaquePointer?) -> UnsafeMutablePointer<CChar>?
  ) throws(WSGIError) {
    let jobs = Inbox<@Sendable () -> Void>()
    let started = Inbox<Result<InterpreterPointer, WSGIError>>()
    do {
      try NamedThread.detach("slipway-python") {
        started.send(unsafe Self.result(of: start))
        while true { for job in jobs.receive() { job() } }
      }
    } catch {
      throw .notInitialized("there is no room for one more thread")
    }
    self.interpreter = interpreter
    self.group = group
    self.hasOwnGIL = hasOwnGIL
    self.jobs = jobs
    pointer = try started.receive()[0].get()
    let settings = ["argv=\(argument)", "group=\(group)", "own-gil=\(hasOwnGIL)"]
    let prepared = call("prepare", settings.joined(separator: "\u{1e}"))
    if prepared.failed { throw .notInitialized(prepared.text) }
  }

  private static func result(
    of start: (inout OpaquePointer?) -> UnsafeMutablePointer<CChar>?
  ) -> Result<InterpreterPointer, WSGIError> {
    var pointer: OpaquePointer?
    if let problem = unsafe start(&pointer) {
      defer { unsafe free(problem) }
      return .failure(.notInitialized(unsafe String(cString: problem)))
    }
    guard let pointer = unsafe pointer else { return .failure(.notInitialized("it is not there")) }
    return unsafe .success(InterpreterPointer(value: pointer))
  }

  private static func withSource<Result>(
    _ codeFile: String,
    _ body: (slipway_python_source) -> Result
  ) -> Result {
    let start = String(decoding: PackageResources.start_py, as: UTF8.self)
    let gateway = [
      PackageResources.gateway_py, PackageResources.report_py, PackageResources.debugging_py,
      PackageResources.console_py,
    ]
    .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    return unsafe start.withCString { start in
      unsafe gateway.withCString { gateway in
        unsafe codeFile.withCString { codeFile in
          unsafe body(slipway_python_source(start: start, gateway: gateway, code_file: codeFile))
        }
      }
    }
  }

  /// Calls a function of the gateway's source on the interpreter's own thread, and waits for it. The second
  /// value tells whether it raised.
  func call(_ function: String, _ argument: String) -> (text: String, failed: Bool) {
    let answers = Inbox<(text: String, failed: Bool)>()
    jobs.send { [pointer] in answers.send(Self.call(pointer, function, argument)) }
    return answers.receive()[0]
  }

  /// The same on the calling thread, beside whatever the interpreter's own is doing.
  func callHere(_ function: String, _ argument: String) -> (text: String, failed: Bool) {
    Self.call(pointer, function, argument)
  }

  private static func call(
    _ pointer: InterpreterPointer,
    _ function: String,
    _ argument: String
  ) -> (text: String, failed: Bool) {
    var failed: CInt = 0
    guard let answer = unsafe slipway_python_call(pointer.value, function, argument, &failed)
    else { return ("", true) }
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

  // MARK: Debugger

  /// Starts a debugger's half in this process, if none has been started. Returns why that did not work.
  /// Blocks, on an editor too if it is one that is connected to.
  func startDebugger(_ options: WSGIOptions) -> String? {
    guard let settings = options.debuggerSettings else { return nil }
    let isFirst = debugger.withLock { debugger in
      guard case .none = debugger else { return false }
      debugger = .started(port: nil)
      return true
    }
    guard isFirst else { return nil }
    let answer = call("debug", settings)
    guard !answer.failed else { return answer.text }
    debugger.withLock { $0 = .started(port: UInt16(answer.text)) }
    return nil
  }

  /// Where on 127.0.0.1 editors reach the Python debugger of this image; nil if there is none. It is one of
  /// the main interpreter.
  package static var debuggerPort: UInt16? {
    guard let main = PythonProcess.main, case .started(let port) = main.debugger.withLock({ $0 })
    else { return nil }
    return port
  }
}
