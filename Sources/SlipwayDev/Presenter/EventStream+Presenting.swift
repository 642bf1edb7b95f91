extension EventStream {
  /// A stream that is shown on standard error in the way the configuration asks for, and given to
  /// other sinks as well.
  package convenience init(
    presenting configuration: DevConfiguration,
    environment: [String: String],
    and others: [any EventSink] = []
  ) {
    let presenter: any EventSink =
      switch configuration.logFormat {
      case .json: JSONPresenter()
      case .text:
        TerminalPresenter(
          directory: configuration.directory,
          verbosity: configuration.verbosity,
          environment: environment
        )
      }
    self.init(to: [presenter] + others)
  }
}
