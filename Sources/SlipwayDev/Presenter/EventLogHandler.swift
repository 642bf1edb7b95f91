package import Logging

/// Makes the server's own log lines events, so that they are shown with everything else:
/// `LoggingSystem.bootstrap { EventLogHandler(label: $0, events: events, verbosity: 0) }`.
package struct EventLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  private let label: String
  private let events: EventStream

  /// Without `-v` only warnings and worse are let through: what a user has to know is an event.
  package init(label: String, events: EventStream, verbosity: Int) {
    self.label = label
    self.events = events
    logLevel = verbosity == 0 ? .warning : verbosity == 1 ? .debug : .trace
  }

  package subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let facts = all.sorted { $0.key < $1.key }
      .map { " \($0)=\($1)" }
      .joined()
    events.post(
      .serverLog(
        DevEvent.ServerLog(
          level: .init(event.level),
          label: label,
          message: "\(event.message)\(facts)",
          code: all["code"].map { "\($0)" },
          request: all["request"].map { "\($0)" },
          mount: all["mount"].map { "\($0)" }
        )
      )
    )
  }
}

extension DevEvent.LogLevel {
  /// The levels have the same names.
  init(_ level: Logger.Level) {
    self = Self(rawValue: level.rawValue) ?? .info
  }
}
