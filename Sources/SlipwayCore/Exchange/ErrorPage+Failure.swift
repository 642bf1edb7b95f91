import NIOHTTP1

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
    var facts = [
      Fact("Method", request.method),
      Fact("Target", request.target),
      Fact("Mount", mount),
      Fact("Failed after", age.shownInMilliseconds),
    ]
    if let type = failure.errorType { facts.insert(Fact("Error type", type), at: 0) }
    var sections = [Section.facts(heading: "Exchange", facts)]
    let fields = request.fields.prefix(50)
      .map { Fact($0.name, SecretField.isSecret($0.name) ? SecretField.hidden : $0.value) }
    if !fields.isEmpty { sections.append(.facts(heading: "Request fields", fields)) }
    return ErrorPage(
      code: failure.code,
      status: 500,
      title: "The application failed",
      message: failure.message,
      remedy: "The log has what the application said before.",
      sections: sections
    )
  }
}

extension AppFailure {
  /// The type of the error, where the message begins with it as SlipwayApp has it:
  /// `App.HarbourError: The harbour is closed`.
  var errorType: String? {
    guard let colon = message.range(of: ": ") else { return nil }
    let type = message[..<colon.lowerBound]
    let isName = type.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    return isName && type.contains(".") && !type.hasPrefix(".") ? String(type) : nil
  }
}

extension Duration {
  /// `0.4 ms`, `61 ms`.
  fileprivate var shownInMilliseconds: String {
    let (seconds, attoseconds) = components
    let tenths =
      Int(clamping: seconds).multipliedReportingOverflow(by: 10_000).partialValue
      &+ Int(attoseconds / 100_000_000_000_000)
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\(tenths / 10) ms"
  }
}

extension StringProtocol {
  /// The first occurrence of a short text (Foundation has this; it is not for the server's core).
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      let rest = self[start...]
      if rest.hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
