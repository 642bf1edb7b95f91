import SlipwayCore
package import SystemPackage

extension EventStream {
  /// A stream that is shown on standard error in the way the configuration asks for, and given to
  /// other sinks as well.
  ///
  /// - Parameter descriptor: Where standard error goes.
  package convenience init(
    presenting configuration: DevConfiguration,
    environment: [String: String],
    on descriptor: FileDescriptor = .standardError,
    and others: [any EventSink] = []
  ) {
    let presenter: any EventSink =
      switch configuration.logFormat {
      case .json: JSONPresenter(descriptor: descriptor)
      case .text:
        TerminalPresenter(
          directory: configuration.directory,
          verbosity: configuration.verbosity,
          environment: environment,
          descriptor: descriptor,
          accessLogFormat: configuration.accessLog?.file == nil
            ? configuration.accessLogFormat : nil
        )
      }
    self.init(to: [presenter] + configuration.logs + others)
  }
}

extension DevConfiguration {
  /// The format of the access log, where one is given or a file needs one.
  var accessLogFormat: AccessLogFormat? {
    guard let log = accessLog, !log.isOff else { return nil }
    // It was looked at when the configuration was read.
    return try? AccessLogFormat(parsing: log.format ?? "combined")
  }

  /// The sinks of the logs that go into files.
  fileprivate var logs: [any EventSink] {
    var sinks: [any EventSink] = []
    if let log = errorLog, let path = log.file {
      sinks.append(ErrorLogSink(path: path, log, verbosity: verbosity))
    }
    if let log = accessLog, let path = log.file, let format = accessLogFormat {
      sinks.append(AccessLogSink(path: path, log, format: format))
    }
    return sinks
  }
}
