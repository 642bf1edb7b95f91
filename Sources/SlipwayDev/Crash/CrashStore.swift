import FoundationEssentials
import Glibc
import SlipwaySystem
import SystemPackage

/// The last crashes of a served directory, in `.slipway/crashes`: for each a file for tools and one
/// for people. The oldest are removed.
package struct CrashStore: Sendable {
  /// How many are kept.
  package static let limit = 20

  package let directory: String

  /// - Parameter state: the server's own directory, `.slipway`.
  package init(state: String) {
    directory = state + "/crashes"
  }

  /// Writes a report down. Returns the path of the file for people.
  package func store(_ report: CrashReport) throws -> String {
    if mkdir(directory, 0o700) == -1, errno != EEXIST {
      throw SystemError.writing(directory, failedWith: .init(rawValue: errno))
    }
    let name = "\(directory)/\(freeName(for: report))"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(report), to: name + ".json")
    try AtomicFile.write(report.text.utf8, to: name + ".txt")
    prune()
    return name + ".txt"
  }

  /// The reports that can be read, the newest first.
  package var reports: [CrashReport] {
    names.reversed()
      .compactMap { name in
        let path = "\(directory)/\(name).json"
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONDecoder().decode(CrashReport.self, from: data)
      }
  }

  /// Without their suffixes, the oldest first.
  private var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(".json".count)) }
      .sorted()
  }

  /// By time, so that names sort as the crashes came: `20260131T101500.123-g4`.
  private func freeName(for report: CrashReport) -> String {
    let digits = report.time.filter { $0.isNumber || $0 == "T" || $0 == "." }
    return "\(digits)-g\(report.generation)"
  }

  /// Leaves the newest ones, and nothing else: not what a process has left that died as it wrote.
  private func prune() {
    let kept = Set(names.suffix(Self.limit))
    for file in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
      let isKept = [".json", ".txt"]
        .contains { suffix in
          file.hasSuffix(suffix) && kept.contains(String(file.dropLast(suffix.count)))
        }
      if !isKept { unlink("\(directory)/\(file)") }
    }
  }
}
