import Synchronization

/// Writes what goes wrong, and what the application says, into a file.
final class ErrorLogSink: LogSink {
  let file: Mutex<LogFile>
  let troubles = LogTroubles()
  private let verbosity: Int

  init(path: String, _ configuration: LogConfiguration, verbosity: Int) {
    file = Mutex(LogFile(path: path, configuration))
    self.verbosity = verbosity
  }

  func wants(_ event: DevEvent) -> Bool {
    if case .exchange = event { false } else { true }
  }

  func receive(_ event: DevEvent, at time: WallTime) {
    let lines = ErrorLogLine.lines(for: event, at: time, verbosity: verbosity)
    guard !lines.isEmpty else { return }
    file.withLock { file in
      for line in lines { file.append(line.utf8) }
    }
  }
}
