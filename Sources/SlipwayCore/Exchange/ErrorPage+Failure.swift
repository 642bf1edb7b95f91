extension ErrorPage {
  /// What the application said, and about which request. Whoever sent the request reads this, so it
  /// shows nothing but what came with it, and of that no secret: pages are shown to others, and
  /// pasted into reports.
  static func applicationFailed(
    _ failure: AppFailure,
    with request: Request,
    after age: Duration
  ) -> ErrorPage {
    let mount = request.mountPrefix.isEmpty ? "/" : request.mountPrefix
    let facts = [
      Fact("Method", request.method),
      Fact("Target", request.target),
      Fact("Mount", mount),
      Fact("Failed after", age.shownInMilliseconds),
    ]
    var sections = [Section.facts(heading: "Exchange", facts)]
    let fields = request.shownFields
    if !fields.isEmpty { sections.append(.details(heading: "Request fields", fields)) }
    return ErrorPage(
      code: failure.code,
      status: 500,
      title: "The application failed",
      message: failure.message,
      remedy: "The log has what the application said before.",
      sections: sections,
      awaitsNewCode: true
    )
  }
}

extension Request {
  /// The fields as a page may show them: not all, and no secret.
  package var shownFields: [ErrorPage.Fact] {
    fields.prefix(50)
      .map {
        ErrorPage.Fact($0.name, SecretField.isSecret($0.name) ? SecretField.hidden : $0.value)
      }
  }
}

extension Duration {
  /// `0.4 ms`, `61 ms`.
  var shownInMilliseconds: String {
    let (seconds, attoseconds) = components
    let tenths =
      Int(clamping: seconds).multipliedReportingOverflow(by: 10_000).partialValue
      &+ Int(attoseconds / 100_000_000_000_000)
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\(tenths / 10) ms"
  }
}
