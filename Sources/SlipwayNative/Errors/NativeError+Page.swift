package import SlipwayCore

extension NativeError {
  /// What a browser is shown instead of the application.
  package var page: ErrorPage {
    ErrorPage(
      code: stableCode,
      status: 500,
      title: title,
      message: message,
      remedy: remedy,
      sections: cause.map { [.output(heading: "In the system's words", text: $0)] } ?? [],
      healsByItself: true
    )
  }

  private var title: String {
    switch code {
    case .cannotOpen, .missingDependency, .unresolvedSymbol, .notALibrary:
      "The library cannot be loaded"
    case .noEntryPoint, .wrongVersion, .brokenTable:
      "The library is not an application for this server"
    case .refused:
      "The application did not start"
    case .productMissing, .diskFull, .notPermitted, .cannotCopy:
      "The library cannot be installed"
    }
  }
}
