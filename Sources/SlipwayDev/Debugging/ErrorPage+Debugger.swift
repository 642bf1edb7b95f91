import SlipwayCore

extension ErrorPage {
  /// What is answered before the debugger comes that `--wait-for-debugger` waits for.
  static func awaitingDebugger(at address: String?) -> ErrorPage {
    ErrorPage(
      code: "SW219",
      status: 503,
      title: "Waiting for a debugger",
      message:
        "The application is loaded, and no request reaches it before a debugger has attached "
        + "and continued.",
      remedy: address.map { "Attach with “slipway attach”, or to \($0)." }
        ?? "Attach one to this process.",
      retryAfter: 1,
      healsByItself: true
    )
  }
}
