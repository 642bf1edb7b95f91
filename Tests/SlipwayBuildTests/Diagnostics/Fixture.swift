import Foundation
import SlipwayBuild
import SlipwaySystem
import Testing

/// What `swift build` 6.3.1 printed once, and what is to be made of it.
///
/// A file has three parts, divided by lines of dashes: standard output, standard error, and the
/// expected findings, of which the first line says how the build ended.
struct Fixture: CustomTestStringConvertible, Sendable {
  var name: String
  var output: [String]
  var error: [String]
  var failed: Bool
  var expected: String

  var testDescription: String { name }

  static let all: [Fixture] = {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures").standardizedFileURL
    let files = try? FileManager.default.contentsOfDirectory(
      at: directory,
      includingPropertiesForKeys: nil
    )
    return (files ?? []).sorted { $0.path < $1.path }.compactMap(Fixture.init)
  }()

  init?(_ file: URL) {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let parts = text.split(
      separator: "-------- stderr\n",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    guard parts.count == 2 else { return nil }
    let rest = parts[1]
      .split(
        separator: "-------- expected\n",
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
    guard rest.count == 2 else { return nil }
    name = file.deletingPathExtension().lastPathComponent
    output = Self.lines(parts[0])
    error = Self.lines(rest[0])
    failed = rest[1].hasPrefix("failed")
    expected = String(rest[1])
  }

  private static func lines(_ text: Substring) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Both streams, one after the other.
  var lines: [(String, ChildProcess.Stream)] {
    output.map { ($0, .output) } + error.map { ($0, .error) }
  }

  /// The messages of all errors that some tool has written.
  var errors: Set<String> {
    let findings = parse(lines)
    guard findings.isExplained else { return [] }
    return Set(findings.diagnostics.filter { $0.severity == .error }.map(\.message))
  }

  func parse(_ lines: some Sequence<(String, ChildProcess.Stream)>) -> BuildFindings {
    var parser = DiagnosticParser()
    for (line, stream) in lines { _ = parser.consume(line, from: stream) }
    return parser.finish(failed: failed)
  }

  /// Findings in the form of the fixtures' last part.
  func describe(_ findings: BuildFindings) -> String {
    var text = failed ? "failed" : "succeeded"
    if findings.isExplained { text += ", explained" }
    if let signal = findings.compilerSignal { text += ", signal \(signal)" }
    if findings.isDiskFull { text += ", disk full" }
    if findings.isManifestInvalid { text += ", manifest" }
    if findings.isProductUnknown { text += ", product unknown" }
    if findings.saysComplete { text += ", complete" }
    text += "\n"
    for diagnostic in findings.diagnostics { text += Self.describe(diagnostic, indent: "") }
    return text
  }

  private static func describe(_ diagnostic: Diagnostic, indent: String) -> String {
    var text = indent + diagnostic.severity.rawValue
    if let file = diagnostic.file { text += " \(file)" }
    for number in [diagnostic.line, diagnostic.column] { text += number.map { ":\($0)" } ?? "" }
    text += " \(diagnostic.message)\n"
    for line in diagnostic.excerpt?.split(separator: "\n", omittingEmptySubsequences: false) ?? [] {
      text += "\(indent)  > \(line)\n"
    }
    for note in diagnostic.notes { text += describe(note, indent: indent + "  ") }
    return text
  }
}
