import CSlipwayABI

/// The gateway, as an application sees it.
public struct Host: Sendable {
  /// Which life of the process this is, counted from 1. It grows by one with every restart.
  public let generation: Int

  /// The absolute path of the directory that the application was built from.
  public let directory: String

  private let write: @Sendable (LogLevel, _ message: String, _ label: String) -> Void

  init(_ table: HostTable) {
    self.generation = table.generation
    self.directory = table.directory
    self.write = { level, message, label in
      table.log(slipway_log_level(level.severity), label: label, message: message)
    }
  }

  /// A host without a gateway, for the tests of an application.
  ///
  /// - Parameters:
  ///   - directory: What the application is to take for the directory it was built from.
  ///   - generation: As ``generation``.
  ///   - onLog: Called with each line that the application logs.
  public init(
    testingIn directory: String,
    generation: Int = 1,
    onLog: @escaping @Sendable (LogLevel, _ message: String) -> Void = { _, _ in }
  ) {
    self.generation = generation
    self.directory = directory
    self.write = { level, message, _ in onLog(level, message) }
  }

  /// Writes one line to the server's log.
  ///
  /// - Parameters:
  ///   - level: How much the line matters.
  ///   - message: What happened. Capital first, no period.
  ///   - label: Where it happened, such as a module.
  public func log(_ level: LogLevel, _ message: String, label: String = "") {
    write(level, message, label)
  }
}

/// How much a line of the log matters.
public struct LogLevel: Sendable, Hashable {
  /// The value of `slipway_log_level`.
  let severity: UInt32

  /// Each single step.
  public static let trace = LogLevel(severity: 0)
  /// What helps to find a mistake.
  public static let debug = LogLevel(severity: 1)
  /// What happens in good order.
  public static let info = LogLevel(severity: 2)
  /// What is worth a look, though in good order.
  public static let notice = LogLevel(severity: 3)
  /// What is wrong, but does no harm yet.
  public static let warning = LogLevel(severity: 4)
  /// What failed.
  public static let error = LogLevel(severity: 5)
  /// What keeps the application from working.
  public static let critical = LogLevel(severity: 6)
}
