/// What SwiftPM and its tools say about the build as a whole, as opposed to findings.
struct BuildSummary: Sendable {
  private static let lastLineLimit = 12

  private(set) var compilerSignal: CInt?
  private(set) var isDiskFull = false
  private(set) var isManifestInvalid = false
  private(set) var isProductUnknown = false
  private(set) var saysComplete = false
  private(set) var saysCancelled = false

  private var headline: String?
  private var lastLines: [String] = []
  private var isInStackDump = false
  private var stackDump: [String] = []

  /// Looks at every line as it comes.
  mutating func note(_ line: Substring) {
    if line.contains("No space left on device") || line.contains("database or disk is full") {
      isDiskFull = true
    }
    if line.hasPrefix("Build of product '") || line.hasPrefix("Build complete!") {
      saysComplete = line.contains("complete!")
      saysCancelled = line.contains("cancelled!")
    }
    if line == "Stack dump:" {
      isInStackDump = true
    } else if isInStackDump, line.first?.isNumber == true, stackDump.count < Self.lastLineLimit {
      stackDump.append(String(line.prefix(300)))
    } else {
      isInStackDump = false
    }
    guard !line.allSatisfy(\.isWhitespace), BuildProgress(line: line) == nil else { return }
    lastLines.append(String(line))
    if lastLines.count > Self.lastLineLimit { lastLines.removeFirst() }
  }

  /// Whether `diagnostic` only says that something failed which another finding explains. It is
  /// kept for the case that none does.
  mutating func absorb(_ diagnostic: Diagnostic) -> Bool {
    guard diagnostic.severity == .error, diagnostic.file == nil else { return false }
    let message = diagnostic.message
    if message.contains(": Invalid manifest") {
      isManifestInvalid = true
    } else if message.hasPrefix("'"), message.contains("': ") {
      // `'notices': Source files for target Board should be located under …`
      isManifestInvalid = true
      return false
    } else if message.hasPrefix("no product named ") {
      isProductUnknown = true
      return false
    } else if let signal = Self.signal(message) {
      compilerSignal = signal
    } else if !Self.isMereExitCode(message) {
      return false
    }
    if headline == nil || !message.hasPrefix("ExitCode(") { headline = headline ?? message }
    return true
  }

  /// One error for a build that failed without one.
  var diagnostic: Diagnostic {
    if let compilerSignal {
      return Diagnostic(
        severity: .error,
        message: "The compiler was ended by signal \(compilerSignal).",
        excerpt: stackDump.isEmpty ? nil : stackDump.joined(separator: "\n")
      )
    }
    return Diagnostic(
      severity: .error,
      message: headline ?? lastLines.last ?? "swift build failed without a word.",
      excerpt: lastLines.isEmpty ? nil : lastLines.joined(separator: "\n")
    )
  }

  /// `compile command failed due to signal 9 (use -v to see invocation)`
  private static func signal(_ message: String) -> CInt? {
    let phrase = " command failed due to signal "
    guard let range = message.firstRange(of: phrase) else { return nil }
    return CInt(message[range.upperBound...].prefix(while: \.isNumber))
  }

  /// `emit-module command failed with exit code 1 (use -v to see invocation)`,
  /// `linker command failed with exit code 1 …`, `ExitCode(rawValue: 1)`
  private static func isMereExitCode(_ message: String) -> Bool {
    message.contains(" command failed with exit code ") || message.hasPrefix("ExitCode(rawValue:")
      || message == "fatalError"
  }
}
