import SystemPackage

extension ChildProcess {
  /// What a program that was waited for has left.
  package struct Run: Sendable, Equatable {
    package var end: End

    /// Whether it took too long and was ended.
    package var wasCutShort: Bool

    /// What it printed on either stream, line by line as it came.
    package var lines: [String]
  }

  /// Runs the program and blocks the calling thread until it has ended. After `limit` it is ended,
  /// as by a cancelled task.
  ///
  /// For programs that answer at once and with little: all that they print is kept.
  package func run(within limit: Duration) throws(SystemError) -> Run {
    let ended = Inbox<Result<(End, [String]), SystemError>>()
    let cancellation: WakeUp
    do throws(Errno) {
      cancellation = try WakeUp()
      try NamedThread.detach("slipway-child") {
        _ = SignalMask.blockAll()
        ended.send(
          Result { () throws(SystemError) in
            var lines: [String] = []
            var supervision = try ChildSupervision(of: self, cancelledBy: cancellation)
            let end = supervision.run { output in
              if case .line(let line, _) = output { lines.append(line) }
            }
            return (end, lines)
          }
        )
      }
    } catch {
      throw .call("Starting a thread", failedWith: error)
    }
    let inTime = ended.receive(within: limit)
    if inTime.isEmpty { cancellation.ring() }
    // One is sent, sooner or later: a session that is killed ends.
    let result = inTime.first ?? ended.receive()[0]
    let (end, lines) = try result.get()
    return Run(end: end, wasCutShort: inTime.isEmpty, lines: lines)
  }
}
