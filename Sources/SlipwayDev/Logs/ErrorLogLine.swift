import SlipwayCore

/// The lines of the error log: a pure function.
///
/// `[TIME] [LEVEL] [CODE] [request ID] [mount PREFIX] text`, of which code, request and mount stand
/// where there is one. A text of several lines is one line with `\n` in it, and every control
/// character is escaped, so that nothing forges a line.
package enum ErrorLogLine {
  package static func lines(
    for event: DevEvent,
    at time: WallTime,
    verbosity: Int = 0
  ) -> [String] {
    func line(
      _ level: String,
      code: String? = nil,
      request: String? = nil,
      mount: String? = nil,
      _ text: String
    ) -> String {
      var line = "[\(time.rfc3339)] [\(level)]"
      if let code { line += " [\(code.shownSafely)]" }
      if let request { line += " [request \(request.shownSafely)]" }
      if let mount { line += " [mount \(mount.shownSafely)]" }
      return line + " " + text.shownSafely
    }

    switch event {
    case .problem(let code, let message, let remedy):
      return [line("warning", code: code, message + (remedy.map { " \($0)" } ?? ""))]
    case .configurationRejected(let message):
      return [line("warning", message)]
    case .buildFailed(_, let product, _, let page):
      return failure(of: product, page).map { line("error", code: page.code, $0) }
    case .loadFailed(let page):
      return failure(of: page.title, page).map { line("error", code: page.code, $0) }
    case .crashed(let report, let record):
      let place = report.place.map { " at \($0.file):\($0.line)" } ?? ""
      let more = record.map { " See \($0)." } ?? ""
      return [line("error", code: "SW180", "\(report.title)\(place). \(report.cause)\(more)")]
    case .serverLog(let log):
      guard log.level.isShown(at: verbosity) else { return [] }
      return [
        line(log.level.rawValue, code: log.code, request: log.request, mount: log.mount, log.text)
      ]
    case .applicationLog(let level, let label, let message):
      guard level.isShown(at: verbosity) else { return [] }
      return [line(level.rawValue, "\(label): \(message)")]
    case .applicationOutput(let stream, let source, let lines):
      return lines.map { line(stream.rawValue, mount: source, ApplicationText($0).plain) }
    case .cut(let exchanges):
      let what = "\(exchanges.counted("request")) cut at the end of the grace period"
      return [line("warning", what)]
    case .listening(let urls, let generation, _):
      let what = "Generation \(generation) serves at \(urls.joined(separator: ", "))"
      return [line("notice", what)]
    case .restarting(let generation, let reason):
      return [line("notice", "Restarting as generation \(generation): \(reason)")]
    case .stopping(let reason):
      return [line("notice", "Stopping: \(reason)")]
    case .watching, .changed, .buildStarted, .buildProgress, .buildCancelled, .buildSucceeded,
      .ready, .timed, .exchange, .attachCommand, .debugging, .consolePIN:
      return []
    }
  }

  /// A failure in a line, and a line for each of the first findings.
  private static func failure(of what: String, _ page: ErrorPage) -> [String] {
    let findings = page.sections.flatMap { section -> [ErrorPage.Diagnostic] in
      if case .diagnostics(let found) = section {
        found.filter { $0.severity == .error }
      } else {
        []
      }
    }
    return ["\(what): \(page.message)"]
      + findings.prefix(20)
      .map { finding in
        let place = [finding.file, finding.line.map(String.init), finding.column.map(String.init)]
        return place.compactMap(\.self).joined(separator: ":") + ": \(finding.message)"
      }
  }
}

extension DevEvent.LogLevel {
  /// Whether a line of this level is written down: 0 for normal, 1 for `-v`, 2 for `-vv`.
  fileprivate func isShown(at verbosity: Int) -> Bool {
    switch self {
    case .trace: verbosity > 1
    case .debug: verbosity > 0
    case .info, .notice, .warning, .error, .critical: true
    }
  }
}
