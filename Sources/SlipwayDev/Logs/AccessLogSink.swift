import SlipwayCore
import Synchronization

/// Writes a line into a file for every exchange and refused request.
final class AccessLogSink: LogSink {
  let file: Mutex<LogFile>
  let troubles = LogTroubles()
  private let format: AccessLogFormat

  init(path: String, _ configuration: LogConfiguration, format: AccessLogFormat) {
    file = Mutex(LogFile(path: path, configuration))
    self.format = format
  }

  func wants(_ event: DevEvent) -> Bool {
    if case .exchange = event { true } else { false }
  }

  func receive(_ event: DevEvent, at time: WallTime) {
    guard case .exchange(let record) = event else { return }
    let line = format.line(for: record, at: time.moment)
    file.withLock { $0.append(line) }
  }
}

extension WallTime {
  var moment: AccessLogFormat.Moment {
    AccessLogFormat.Moment(seconds: seconds, microseconds: microseconds)
  }
}
