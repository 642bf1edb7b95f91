import CSlipwayPython
package import SlipwayCore
package import SlipwaySystem
import Synchronization
import SystemPackage

/// A Python callable by the rules of PEP 3333, in this process.
package final class WSGIApplication: HostedApplication {
  private let runtime: PythonRuntime
  private let pool: WorkerPool

  private init(_ runtime: PythonRuntime, _ pool: WorkerPool) {
    self.runtime = runtime
    self.pool = pool
  }

  /// Starts Python if it does not run yet, and imports the application. Blocks as long as that takes.
  ///
  /// - Parameters:
  ///   - codeFile: where what the gateway's Python source was compiled to is kept.
  ///   - turn: when it may, beside other applications.
  ///   - present: gives a page of an exception its last touch, such as links to an editor.
  ///   - log: takes what is to be told the user, on any thread.
  ///   - onImport: called, on any thread, with the files of all modules when there are more of them.
  package static func load(
    _ options: WSGIOptions,
    _ locator: InterpreterLocator,
    codeFile: String,
    _ turn: ImportTurn,
    present: @escaping @Sendable (ErrorPage) -> ErrorPage,
    log: @escaping @Sendable (String) -> Void,
    onImport: @escaping @Sendable ([String]) -> Void
  ) throws(WSGIError) -> WSGIApplication {
    try turn.take { () throws(WSGIError) in
      try PythonProcess.runtime(of: options, locator, codeFile)
    } load: { runtime throws(WSGIError) in
      try load(options, in: runtime, present: present, log: log, onImport: onImport)
    }
  }

  /// Has Python start on a thread of its own, for an application that is to be loaded in a moment: its
  /// library is opened at once, and what may run code of the application's environment waits for `isSafe`.
  /// What goes wrong is for `load` to say, which finds it all done, or waits for it.
  package static func startPython(
    _ options: WSGIOptions,
    _ locator: InterpreterLocator,
    codeFile: String,
    isSafe: Inbox<Void>
  ) {
    // Without room for a thread, `load` does it.
    try? NamedThread.detach("slipway-ahead") {
      do throws(WSGIError) {
        try PythonProcess.open(locator)
        _ = isSafe.receive()
        _ = try PythonProcess.runtime(of: options, locator, codeFile)
      } catch {}
    }
  }

  /// Where the import of applications is, the innermost frame first; none if that cannot be had within
  /// `limit`, because Python itself does not start or the interpreter's lock is not let go of. Blocks.
  package static func importStack(
    of options: WSGIOptions,
    within limit: Duration
  ) -> [ErrorPage.Frame] {
    guard let runtime = PythonProcess.interpreters.first(where: { $0.group == options.group })
    else { return [] }
    let answer = Inbox<String>()
    try? NamedThread.detach("slipway-where") {
      answer.send(runtime.callHere("import_stack", "").text)
    }
    return answer.receive(within: limit).first.map { TracebackReport(json: Array($0.utf8)).frames }
      ?? []
  }

  private static func load(
    _ options: WSGIOptions,
    in runtime: PythonRuntime,
    present: @escaping @Sendable (ErrorPage) -> ErrorPage,
    log: @escaping @Sendable (String) -> Void,
    onImport: @escaping @Sendable ([String]) -> Void
  ) throws(WSGIError) -> WSGIApplication {
    if options.keepsFrames { _ = runtime.call("keep_frames", "") }
    if let eggs = options.eggs, !eggs.isWritableDirectory { log(.unusableEggs(eggs)) }
    _ = runtime.call("set_environment", options.variables)
    // Before anything is imported, so that breakpoints in that are met.
    if let said = runtime.startDebugger(options) {
      log("The Python debugger did not start: \(said). \(options.debuggerQuestion(said)) [SW249]")
    }
    let answer = runtime.call("load", options.settings)
    // Also when it failed: what was imported by then is what may have to be mended. Asked here: on
    // Python's main thread the next mount may be imported by now, for as long as that takes.
    onImport(runtime.callHere("modules", "").text.split(separator: "\n").map(String.init))
    guard !answer.failed, answer.text.hasPrefix("loaded"),
      let number = UInt32(answer.text.dropFirst("loaded".count))
    else {
      let report = TracebackReport(json: Array(answer.text.dropFirst("failed".count).utf8))
      throw report.loadError(of: options, said: answer.text)
    }
    runtime.whenImported { [unowned runtime] in
      // The caller holds the GIL, which the answer takes. Without room for a thread, nobody asks.
      try? NamedThread.detach("slipway-modules") {
        onImport(runtime.callHere("modules", "").text.split(separator: "\n").map(String.init))
      }
    }
    do {
      let pool = try WorkerPool(
        of: runtime,
        application: number,
        threads: options.threads ?? WSGIOptions.usualThreads,
        queueTimeout: options.queueTimeout,
        present: present
      )
      if let limit = options.requestTimeout {
        try StuckRequests(of: runtime, pool: pool, limit: limit, log: log).start()
      }
      return WSGIApplication(runtime, pool)
    } catch {
      throw .notInitialized("there is no room for its threads: \(error)")
    }
  }

  package func handle(_ exchange: Exchange) { pool.put(exchange) }

  /// Ends the application's threads, and runs what it has registered with atexit. What has not ended
  /// after `grace` is left behind, and named in `completion`.
  package func shutdown(
    within grace: Duration,
    _ completion: @escaping @Sendable (_ left: [String]) -> Void
  ) {
    do throws(Errno) {
      try NamedThread.detach("slipway-atexit") { [runtime] in
        let seconds = Double(grace.components.seconds) + Double(grace.components.attoseconds) / 1e18
        let answer = runtime.call(
          "shutdown",
          "\(max(0, seconds - 0.2)) \(PythonProcess.sharesOneGIL)"
        )
        completion(answer.text.split(separator: "\n").map(String.init))
      }
    } catch {
      completion([])
    }
  }
}
