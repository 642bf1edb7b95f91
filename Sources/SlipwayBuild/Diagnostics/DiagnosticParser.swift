package import SlipwaySystem

/// Reads the output of one `swift build`, line by line, and gathers what it found.
///
/// Never traps, whatever the lines are, and never loses an error whose first line it has seen:
/// lines that it does not understand are skipped, and only a new finding or a blank line ends one.
/// Memory is bounded: of many findings the first are kept, errors before warnings.
package struct DiagnosticParser: Sendable {
  private var streams: [ChildProcess.Stream: FindingReader] = [:]
  private var summary = BuildSummary()
  private var findings = FindingList()

  package init() {}

  /// Takes one line of one stream. Returns how far the build is, if the line says so.
  package mutating func consume(
    _ line: String,
    from stream: ChildProcess.Stream
  ) -> BuildProgress? {
    let plain = PlainText.removingEscapes(line)[...]
    let kind = OutputLine(plain)
    summary.note(plain)
    if let finished = streams[stream, default: FindingReader()].consume(kind, plain) {
      settle(finished)
    }
    switch kind {
    case .progress(let progress): return progress
    case .waiting: return .waiting
    default: return nil
    }
  }

  /// Ends the reading. `failed` says that the build did not succeed: then at least one error is
  /// returned, made of the last lines if nothing else was found.
  package mutating func finish(failed: Bool) -> BuildFindings {
    for stream in ChildProcess.Stream.allCases {
      if let finished = streams[stream]?.finish() { settle(finished) }
    }
    var diagnostics = findings.ordered
    let isExplained = diagnostics.first?.severity == .error
    if failed || summary.saysCancelled, !isExplained {
      diagnostics.insert(summary.diagnostic, at: 0)
    }
    return BuildFindings(
      diagnostics: diagnostics,
      isExplained: isExplained,
      compilerSignal: summary.compilerSignal,
      isDiskFull: summary.isDiskFull,
      isManifestInvalid: summary.isManifestInvalid,
      isProductUnknown: summary.isProductUnknown,
      saysComplete: summary.saysComplete,
      saysCancelled: summary.saysCancelled
    )
  }

  private mutating func settle(_ diagnostic: Diagnostic) {
    if !summary.absorb(diagnostic) { findings.add(diagnostic) }
  }
}

/// What a build said, once it is over.
package struct BuildFindings: Sendable, Equatable {
  /// Errors first, each kind in the order in which it came, nothing twice.
  package var diagnostics: [Diagnostic]

  /// Whether some tool said what is wrong; otherwise the error of a failed build is made up of
  /// its last lines.
  package var isExplained: Bool

  /// The signal that ended a compiler or linker, as SwiftPM reports it.
  package var compilerSignal: CInt?

  package var isDiskFull: Bool
  package var isManifestInvalid: Bool

  /// SwiftPM knows no product of that name.
  package var isProductUnknown: Bool

  /// SwiftPM said that the build is complete.
  package var saysComplete: Bool

  /// SwiftPM said that the build was cancelled, which it says with exit code 0 if a signal ended a
  /// compiler for C (measured with Swift 6.3.1). Nothing is up to date then.
  package var saysCancelled: Bool
}
