package import SlipwayCore

/// Makes lines of events: a pure function, without a clock, a descriptor or a colour setting.
package struct TerminalRenderer {
  /// What is to be done with the output for one event.
  package struct Rendering: Equatable {
    package var lines: [StyledLine] = []
    package var progress: Progress = .kept
  }

  /// The one line at the bottom that is overwritten in place.
  package enum Progress: Equatable {
    case kept
    case shown(StyledLine)
    case gone
  }

  /// Paths below it are shown relative to it.
  var directory: String

  /// 0 for normal, 1 for `-v`, 2 for `-vv`.
  var verbosity: Int

  /// Whether progress can be overwritten in place. If not, only the begin of a build is told.
  var overwrites: Bool

  /// How the line of an exchange looks; nil for the usual line.
  var accessLogFormat: AccessLogFormat?

  package init(
    directory: String,
    verbosity: Int = 0,
    overwrites: Bool = true,
    accessLogFormat: AccessLogFormat? = nil
  ) {
    self.directory = directory
    self.verbosity = verbosity
    self.overwrites = overwrites
    self.accessLogFormat = accessLogFormat
  }

  /// Whether exchanges have the line that needs no more than `ExchangeLine`.
  var showsUsualExchanges: Bool { accessLogFormat == nil && verbosity == 0 }

  package func render(_ event: DevEvent, at time: WallTime) -> Rendering {
    let clock = time.localClock
    func line(
      _ verb: String,
      _ ink: StyledLine.Ink,
      _ spans: StyledLine.Span...,
      isCut: Bool = false
    ) -> StyledLine {
      var line = StyledLine(
        .init(clock + "  ", .dim),
        .init(verb.padded(to: 10), ink),
        isCut: isCut
      )
      line.spans += spans
      return line
    }

    switch event {
    case .listening(let urls, _, let isInherited):
      guard !isInherited || verbosity > 0 else { return Rendering() }
      return Rendering(lines: urls.map { line("serving", .green, .init($0, .bold)) })

    case .watching(let directories, let files, let took):
      let what = "\(directories.counted("directory", "directories")), \(files.counted("file"))"
      let detail = verbosity > 0 ? " in \(took.shownInMilliseconds)" : ""
      return Rendering(lines: [line("watching", .dim, .init(what + detail, .dim))])

    case .changed(let paths, let total):
      let shown = paths.prefix(verbosity > 0 ? 20 : 3)
      let names = shown.map(relative).joined(separator: ", ")
      let rest = total > shown.count ? " and \(total - shown.count) more" : ""
      return Rendering(lines: [line("changed", .cyan, .init(names + rest), isCut: true)])

    case .buildStarted(_, let product):
      let building = line("building", .cyan, .init("\(product)…"), isCut: true)
      return overwrites
        ? Rendering(progress: .shown(building)) : Rendering(lines: [building])

    case .buildProgress(let step, let total, let message):
      let count = "[\(step)/\(total)] ".aligned(to: 2 * "\(total)".count + 4)
      let building = line("building", .cyan, .init(count, .dim), .init(message), isCut: true)
      if overwrites { return Rendering(progress: .shown(building)) }
      return Rendering(lines: verbosity > 1 ? [building] : [])

    case .buildCancelled:
      return Rendering(
        lines: [line("cancelled", .dim, .init("the build: there is a newer change", .dim))],
        progress: .gone
      )

    case .buildSucceeded(_, let product, let took, let warnings):
      let counted = warnings.isEmpty ? "" : ", \(warnings.count.counted("warning"))"
      let built = line("built", .green, .init("\(product) in \(took.shownInSeconds)\(counted)"))
      let details = DiagnosticRenderer(directory: directory)
        .lines(warnings.map(ErrorPage.Diagnostic.init), limit: 5)
      return Rendering(lines: [built] + details, progress: .gone)

    case .buildFailed(_, let product, let took, let page):
      let failed = line("failed", .boldRed, .init("\(product) after \(took.shownInSeconds)", .bold))
      return Rendering(lines: [failed] + lines(for: page), progress: .gone)

    case .loadFailed(let page):
      return Rendering(
        lines: [line("failed", .boldRed, .init(page.title, .bold))] + lines(for: page),
        progress: .gone
      )

    case .crashed(let report, let record):
      let crashed = line("crashed", .boldRed, .init(report.title, .bold))
      return Rendering(lines: [crashed] + lines(for: report, record), progress: .gone)

    case .ready(let generation, let restart, let carried):
      let took = restart.map { " in \($0.shownInMilliseconds)" } ?? ""
      let detail =
        carried > 0 && verbosity > 0 ? ", \(carried.counted("connection")) carried" : ""
      return Rendering(
        lines: [line("ready", .green, .init("generation \(generation)\(took)\(detail)"))],
        progress: .gone
      )

    case .timed(let timeline):
      guard verbosity > 0 else { return Rendering() }
      let stages = timeline.stages.map { "\($0.name) \($0.microseconds / 1000)" }
      return Rendering(lines: [
        line("timed", .dim, .init(stages.joined(separator: ", ") + " ms", .dim))
      ])

    case .restarting(let generation, let reason):
      guard verbosity > 0 else { return Rendering(progress: .gone) }
      return Rendering(
        lines: [line("restarting", .dim, .init("as generation \(generation): \(reason)", .dim))],
        progress: .gone
      )

    case .cut(let exchanges):
      let what = "\(exchanges.counted("request")) still running at the end of the grace period"
      return Rendering(lines: [line("cut", .yellow, .init(what))])

    case .exchange(let record) where accessLogFormat != nil:
      let bytes = accessLogFormat?.line(for: record, at: time.moment) ?? []
      return Rendering(lines: [StyledLine(.init(String(decoding: bytes, as: UTF8.self)))])

    case .exchange(let record):
      return Rendering(lines: [self.line(for: record, clock: clock)])

    case .applicationLog(let level, let label, let message):
      guard level.verbosity <= verbosity else { return Rendering() }
      let texts = message.splitIntoLines(limit: 200)
      let first = line(level.rawValue, level.ink, .init("\(label): ", .dim), .init(texts[0]))
      return Rendering(lines: [first] + texts.dropFirst().map(continuation))

    case .serverLog(let log):
      return render(
        .applicationLog(level: log.level, label: log.label, message: log.message),
        at: time
      )

    case .applicationOutput(let stream, let source, let lines):
      return Rendering(
        lines: lines.map { text in
          var shown = line(stream.rawValue, .dim, .init("\(source): ", .dim))
          shown.spans.append(.init(ApplicationText(text)))
          return shown
        }
      )

    case .configurationRejected(let message):
      let texts = message.splitIntoLines(limit: 50)
      return Rendering(
        lines: [line("problem", .yellow, .init(texts[0]))]
          + texts.dropFirst().map(continuation)
          + [continuation("The configuration before stays in force.", .dim)]
      )

    case .problem(let code, let message, let remedy):
      let texts = message.splitIntoLines(limit: 50)
      return Rendering(
        lines: [line("problem", .yellow, .init(texts[0]), .init(" [\(code)]", .dim))]
          + texts.dropFirst().map(continuation)
          + (remedy?.splitIntoLines(limit: 50) ?? []).map { continuation($0, .dim) }
      )

    case .debugging(let event):
      guard let text = Self.text(for: event, verbosity: verbosity) else { return Rendering() }
      return Rendering(lines: [line("debugger", .cyan, .init(text))])
    case .attachCommand(let command):
      return Rendering(lines: [line("debug", .cyan, .init(command))])
    case .consolePIN(let pin):
      return Rendering(
        lines: [line("console", .cyan, .init("Tracebacks in the browser ask for the PIN \(pin)"))]
      )

    case .stopping(let reason):
      return Rendering(lines: [line("stopping", .dim, .init(reason, .dim))], progress: .gone)
    }
  }

  private static func text(for event: DevEvent.Debugging, verbosity: Int) -> String? {
    switch event {
    // At the usual place everything looks for it by itself.
    case .listening("127.0.0.1:4711") where verbosity == 0: nil
    case .listening(let place): "awaited at \(place)"
    case .attached(let name): "\(name) is attached"
    case .detached(let name): "\(name) is detached"
    case .awaiting(let place?): "awaited at \(place); requests are answered when it has continued"
    case .awaiting(nil): "awaited; requests are answered when it has continued"
    case .awaitedCame: "has come: requests are answered"
    }
  }

  /// The keys of `KeyReader`.
  static let help: [StyledLine] = [
    ("r", "restart: load the application again"),
    ("o", "open the application in a browser"),
    ("d", "show how to attach a debugger"),
    ("c", "clear the screen"),
    ("q", "quit"),
    ("?", "show this"),
  ]
  .map { StyledLine(.init("          "), .init("\($0)  ", .bold), .init($1)) }

  // MARK: - Parts

  private func line(for record: ExchangeRecord, clock: String) -> StyledLine {
    let status = record.status.map(String.init) ?? "---"
    var line = StyledLine(
      .init(clock + "  ", .dim),
      .init(String(record.method.prefix(20)).padded(to: 8), .dim),
      .init(status, Self.ink(ofStatus: record.status)),
      .init(record.took.shownInMilliseconds.aligned(to: 9), .dim),
      .init("  " + String(record.target.prefix(2048))),
      isCut: true
    )
    if record.wasCut { line.spans.append(.init("  cut", .yellow)) }
    if record.held > .milliseconds(1) {
      line.spans.append(.init("  held \(record.held.shownInMilliseconds)", .dim))
    }
    if verbosity > 0 {
      line.spans.append(.init("  \(record.responseBytes) bytes to \(record.peer)", .dim))
    }
    return line
  }

  static func ink(ofStatus status: Int?) -> StyledLine.Ink {
    switch status {
    case .some(200..<300): .green
    case .some(100..<400): .cyan
    case .some(400..<500): .yellow
    default: .red
    }
  }

  private func lines(for page: ErrorPage) -> [StyledLine] {
    var lines: [StyledLine] = []
    let hasDiagnostics = page.sections.contains {
      if case .diagnostics(let found) = $0 { !found.isEmpty } else { false }
    }
    if !hasDiagnostics {
      lines += page.message.splitIntoLines(limit: 50).map(continuation)
    }
    for section in page.sections {
      switch section {
      case .diagnostics(let diagnostics):
        lines += DiagnosticRenderer(directory: directory).lines(diagnostics, limit: 10)
      case .output where hasDiagnostics && verbosity == 0:
        // It says the same once more, at length; the page has it.
        continue
      case .output(let heading, let text):
        lines.append(continuation(heading, .dim))
        lines += text.splitIntoLines(limit: 30).map { continuation("  " + $0) }
      case .facts(let heading, let facts):
        lines.append(continuation(heading, .dim))
        lines += facts.map { continuation("  \($0.name): \($0.value)") }
      case .details, .frames:
        // For the page, which is looked at in peace.
        continue
      }
    }
    if let remedy = page.remedy, !hasDiagnostics || verbosity > 0 {
      lines += remedy.splitIntoLines(limit: 50).map { continuation($0, .dim) }
    }
    return lines
  }

  private func lines(for report: CrashReport, _ record: String?) -> [StyledLine] {
    var lines = [continuation(report.cause)]
    if let place = report.place {
      let diagnostic = ErrorPage.Diagnostic(
        severity: .error,
        message: report.title,
        file: place.file,
        line: place.line,
        column: place.column,
        excerpt: report.excerpt
      )
      lines += DiagnosticRenderer(directory: directory).lines([diagnostic], limit: 1)
    }
    for exchange in report.exchanges.prefix(5) {
      lines.append(continuation("\(exchange.request.method) \(exchange.request.target)", .dim))
    }
    if let reason = report.heldBack {
      lines.append(continuation("\(reason.rawValue) Save a change, or press r to try again."))
    }
    if let record { lines.append(continuation(relative(record), .dim)) }
    return lines
  }

  private func continuation(_ text: String) -> StyledLine { continuation(text, .plain) }

  private func continuation(_ text: String, _ ink: StyledLine.Ink) -> StyledLine {
    StyledLine(.init("          "), .init(text, ink))
  }

  private func relative(_ path: String) -> String {
    path.removing(prefix: directory + "/") ?? path
  }
}

extension DevEvent.LogLevel {
  /// From which verbosity on a line of this level is shown.
  fileprivate var verbosity: Int {
    switch self {
    case .trace: 2
    case .debug: 1
    case .info, .notice, .warning, .error, .critical: 0
    }
  }

  fileprivate var ink: StyledLine.Ink {
    switch self {
    case .trace, .debug: .dim
    case .info, .notice: .cyan
    case .warning: .yellow
    case .error, .critical: .red
    }
  }
}
