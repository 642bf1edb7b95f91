package import SlipwayCore

extension ErrorPage {
  /// The answer to a request that was with the application when it crashed.
  package init(_ report: CrashReport, for exchange: CrashReport.Exchange?) {
    let count = report.exchanges.count
    let isAlone = count == 1
    let isCulprit = exchange?.isCulprit ?? false
    let circumstance =
      isCulprit || isAlone
      ? "It crashed while it had this request."
      : report.exchanges.contains { $0.isCulprit }
        ? "Another request crashed the process while it had this one, which may have been done in "
          + "part: it is not repeated."
        : "It crashed while it had this request and \(count - 1) more; which of them did it is not "
          + "known. None is repeated."
    self.init(
      code: isCulprit || isAlone ? "SW180" : "SW181",
      status: isCulprit || isAlone ? 500 : 503,
      title: "Application crashed · \(report.title)",
      message: "\(report.cause) \(circumstance)",
      remedy: report.remedy,
      sections: report.sections(with: exchange),
      // Nor is it asked again by itself: it would crash once more.
      awaitsNewCode: true
    )
  }

  /// What is shown in place of an application that is not loaded any more.
  package init(heldBack report: CrashReport) {
    self.init(
      code: "SW182",
      status: 500,
      title: "Application crashes · \(report.title)",
      message: "\(report.cause) \(report.heldBack?.rawValue ?? "")",
      remedy: report.remedy,
      sections: report.sections(with: report.exchanges.first { $0.isCulprit }),
      healsByItself: true
    )
  }

  /// What is shown while an application does not come to the end of its start.
  package init(loadingFor time: Duration, _ backtraces: [Backtrace]) {
    let own = backtraces.filter { $0.frames.contains(where: \.isApplication) }
    let shown = own.isEmpty ? backtraces : own
    self.init(
      loadingFor: time,
      shown.flatMap { $0.sections(isOnly: shown.count == 1, sourceIsShown: false) }
    )
  }

  /// The same for an application whose import has come so far.
  package init(loadingFor time: Duration, import stack: [Frame]) {
    self.init(loadingFor: time, [.frames(heading: "Where the import is", stack)])
  }

  private init(loadingFor time: Duration, _ sections: [Section]) {
    self.init(
      code: "SW184",
      status: 503,
      title: "The application does not finish loading",
      message: "It has been in its start for \(time.shownInMilliseconds).",
      remedy: "If it is stuck, mend it and save: it is replaced. If it only takes long, wait.",
      sections: sections,
      retryAfter: 2,
      healsByItself: true
    )
  }
}

extension CrashReport {
  fileprivate var remedy: String {
    guard heldBack == nil else {
      return "Mend the cause and save, or press r at the terminal to try again."
    }
    return
      "Mend the cause and save. Meanwhile the application has been loaded again; `slipway crashes` shows"
      + " this once more."
  }

  fileprivate func sections(with exchange: Exchange?) -> [ErrorPage.Section] {
    var sections: [ErrorPage.Section] = []
    if let place {
      sections.append(
        .diagnostics([
          ErrorPage.Diagnostic(
            severity: .error,
            message: title,
            file: place.file,
            line: place.line,
            column: place.column,
            excerpt: excerpt
          )
        ])
      )
    }
    for (index, backtrace) in backtraces.enumerated() {
      sections += backtrace.sections(
        isOnly: backtraces.count == 1,
        sourceIsShown: index == 0 && backtrace.culprit != nil
      )
    }
    if let exchange {
      sections.append(
        .facts(
          heading: "Exchange",
          [
            .init("Method", exchange.request.method),
            .init("Target", exchange.request.target),
            .init("Request", exchange.id),
            .init("Begun", "\(exchange.milliseconds) ms before the crash"),
          ]
        )
      )
      if !exchange.request.fields.isEmpty {
        sections.append(
          .details(
            heading: "Request fields",
            exchange.request.fields.map { ErrorPage.Fact($0.name, $0.value) }
          )
        )
      }
    }
    if !printed.isEmpty {
      sections.append(.output(heading: "Last on standard error", text: printed))
    }
    if let hint { sections.append(.output(heading: "What would have told more", text: hint)) }
    return sections
  }
}

extension Backtrace {
  /// - Parameters:
  ///   - isOnly: Whether no other thread is shown.
  ///   - sourceIsShown: Whether the lines around the innermost frame stand in the page already.
  fileprivate func sections(isOnly: Bool, sourceIsShown: Bool) -> [ErrorPage.Section] {
    let own = ownFrames.map { frame in
      var shown = ErrorPage.Frame(frame)
      if sourceIsShown, frame == culprit { shown.excerpt = nil }
      return shown
    }
    let all = ErrorPage.Section.output(
      heading: "All frames of thread \(threadText), \(cause)",
      text: textOfAll
    )
    if own.isEmpty { return [all] }
    let thread = isOnly ? "" : ", thread \(threadText)"
    return [.frames(heading: "Frames of the application\(thread)", own), all]
  }
}

extension ErrorPage.Frame {
  fileprivate init(_ frame: Backtrace.Frame) {
    // Of code that no line belongs to, the compiler says line 0.
    let isPlaced = (frame.line ?? 0) > 0
    self.init(
      function: frame.function ?? "0x" + String(frame.address, radix: 16),
      file: isPlaced ? frame.file : nil,
      line: isPlaced ? frame.line : nil,
      column: isPlaced ? frame.column : nil,
      excerpt: frame.excerpt
    )
  }
}
