import Synchronization

/// The Python of the process image: one version, the main interpreter, and one for each application group.
enum PythonProcess {
  /// Why the main interpreter did not start, for good. Held while an interpreter starts.
  private static let failure = Mutex<WSGIError?>(nil)

  /// All that have started, by their numbers. Not guarded by `failure`: whoever asks here may have a GIL,
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

  /// The interpreter that an application is to run in, which is started for the first of its group. Blocks.
  static func runtime(
    of options: WSGIOptions,
    _ interpreter: InterpreterDescription
  ) throws(WSGIError) -> PythonRuntime {
    let result = failure.withLock { failure in
      Result { () throws(WSGIError) in
        let main = try main(of: options, interpreter, &failure)
        guard !options.group.isEmpty else { return main }
        return try runtime(of: options, beside: main)
      }
    }
    return try result.get()
  }

  private static func main(
    of options: WSGIOptions,
    _ interpreter: InterpreterDescription,
    _ failure: inout WSGIError?
  ) throws(WSGIError) -> PythonRuntime {
    if let main {
      guard main.interpreter.executable == interpreter.executable else {
        throw .otherInterpreter(main.interpreter.executable, wanted: interpreter.executable)
      }
      return main
    }
    if let failure { throw failure }
    do throws(WSGIError) {
      try PythonLibrary.open(interpreter)
      let main = try PythonRuntime(main: interpreter, argument: options.argument)
      started.withLock { $0.append(main) }
      return main
    } catch {
      failure = error
      throw error
    }
  }

  private static func runtime(
    of options: WSGIOptions,
    beside main: PythonRuntime
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
    let runtime = try PythonRuntime(number: UInt32(number), of: options, beside: main)
    started.withLock { $0.append(runtime) }
    return runtime
  }
}
