import Synchronization

/// The Python of the process image: one version, the main interpreter, and one for each application group.
enum PythonProcess {
  private struct Start: Sendable {
    /// Whose library is open.
    var opened: InterpreterDescription?
    /// Why the main interpreter did not start, for good.
    var failure: WSGIError?
  }

  /// Held while an interpreter starts.
  private static let start = Mutex(Start())

  /// All that have started, by their numbers. Not guarded by `start`: whoever asks here may have a GIL,
  /// for which one that starts waits.
  private static let started = Mutex<[PythonRuntime]>([])

  static var interpreters: [PythonRuntime] { started.withLock(\.self) }

  static func runtime(_ number: UInt32) -> PythonRuntime? {
    started.withLock { number < $0.count ? $0[Int(number)] : nil }
  }

  /// nil before it has started.
  static var main: PythonRuntime? { runtime(0) }

  /// Whether nothing of Python runs while a thread has a GIL.
  static var sharesOneGIL: Bool { started.withLock { !$0.contains(where: \.hasOwnGIL) } }

  /// Finds the library of CPython that an application needs, and opens it. Blocks; runs nothing of the
  /// application's.
  static func open(_ locator: InterpreterLocator) throws(WSGIError) {
    // Nobody else asks meanwhile what this will have found out.
    _ = try withStart { start throws(WSGIError) in try open(locator.locate(), &start) }
  }

  /// The interpreter that an application is to run in, which is started for the first of its group. Blocks.
  static func runtime(
    of options: WSGIOptions,
    _ locator: InterpreterLocator,
    _ codeFile: String
  ) throws(WSGIError) -> PythonRuntime {
    try withStart { start throws(WSGIError) in
      let main = try main(of: options, locator.locate(), codeFile, &start)
      guard !options.group.isEmpty else { return main }
      return try runtime(of: options, beside: main, codeFile)
    }
  }

  private static func withStart<Value: Sendable>(
    _ body: (inout Start) throws(WSGIError) -> Value
  ) throws(WSGIError) -> Value {
    let result = start.withLock { start in
      Result { () throws(WSGIError) in try body(&start) }
    }
    return try result.get()
  }

  /// Whose library is open: that of the first who asked.
  private static func open(
    _ interpreter: InterpreterDescription,
    _ start: inout Start
  ) throws(WSGIError) -> InterpreterDescription {
    if let failure = start.failure { throw failure }
    if let opened = start.opened { return opened }
    do throws(WSGIError) {
      try PythonLibrary.open(interpreter)
      start.opened = interpreter
      return interpreter
    } catch {
      start.failure = error
      throw error
    }
  }

  private static func main(
    of options: WSGIOptions,
    _ interpreter: InterpreterDescription,
    _ codeFile: String,
    _ start: inout Start
  ) throws(WSGIError) -> PythonRuntime {
    let opened = try open(interpreter, &start)
    guard opened.executable == interpreter.executable else {
      throw .otherInterpreter(opened.executable, wanted: interpreter.executable)
    }
    if let main { return main }
    do throws(WSGIError) {
      let main = try PythonRuntime(
        main: interpreter,
        argument: options.argument,
        codeFile: codeFile
      )
      started.withLock { $0.append(main) }
      return main
    } catch {
      start.failure = error
      throw error
    }
  }

  private static func runtime(
    of options: WSGIOptions,
    beside main: PythonRuntime,
    _ codeFile: String
  ) throws(WSGIError) -> PythonRuntime {
    let (known, number) = started.withLock { started in
      (started.first { $0.group == options.group }, started.count)
    }
    if let known {
      guard known.hasOwnGIL == options.hasOwnGIL else {
        throw .otherGIL(options.group, isOwn: known.hasOwnGIL)
      }
      return known
    }
    guard !options.hasOwnGIL || main.interpreter.canHaveOwnGIL else {
      throw .noOwnGIL(main.interpreter)
    }
    let runtime = try PythonRuntime(
      number: UInt32(number),
      of: options,
      beside: main,
      codeFile: codeFile
    )
    started.withLock { $0.append(runtime) }
    return runtime
  }
}
