/// The findings of one compiler as it writes them for tools (`-serialize-diagnostics-path`): with
/// fix-its, which it prints nowhere.
///
/// The format is clang's, version 2; see clang's `SerializedDiagnostics.h`. What is malformed ends the
/// reading: what came before is good.
package struct SerializedDiagnostics {
  package struct Finding: Sendable, Equatable {
    package var file: String
    package var line: Int
    package var column: Int
    package var message: String
    package var fixIts: [FixIt] = []
    package var notes: [Finding] = []
  }

  private enum Code {
    static let finding: UInt64 = 2
    static let fileName: UInt64 = 6
    static let fixIt: UInt64 = 7
  }

  private static let findingLimit = 2_000
  private static let fixItLimit = 50

  package private(set) var findings: [Finding] = []

  package init(_ bytes: [UInt8]) {
    guard var reader = BitstreamReader(bytes, signature: "DIAG") else { return }
    var files: [UInt64: String] = [:]
    while findings.count < Self.findingLimit, let record = reader.next() {
      let operands = record.operands
      let text = record.blob.map { String(decoding: $0, as: UTF8.self) } ?? ""
      switch record.code {
      case Code.fileName where operands.count == 4:
        if let id = operands.first { files[id] = text }
      case Code.finding where operands.count == 8:
        guard let line = Int(exactly: operands[2]), let column = Int(exactly: operands[3]) else {
          return
        }
        let finding = Finding(
          file: files[operands[1]] ?? "",
          line: line,
          column: column,
          message: text
        )
        // A note stands in the block of the finding that it belongs to.
        if record.depth > 1, !findings.isEmpty {
          findings[findings.count - 1].notes.append(finding)
        } else {
          findings.append(finding)
        }
      case Code.fixIt where operands.count == 9:
        let places = [1, 2, 5, 6].map { Int(exactly: operands[$0]) }
        guard !findings.isEmpty, let file = files[operands[0]], let line = places[0],
          let column = places[1], let endLine = places[2], let endColumn = places[3]
        else { return }
        let fixIt = FixIt(
          file: file,
          line: line,
          column: column,
          endLine: endLine,
          endColumn: endColumn,
          text: text
        )
        add(fixIt, toNote: record.depth > 1)
      default:
        continue
      }
    }
  }

  private mutating func add(_ fixIt: FixIt, toNote isOfNote: Bool) {
    let last = findings.count - 1
    if isOfNote, !findings[last].notes.isEmpty {
      let note = findings[last].notes.count - 1
      guard findings[last].notes[note].fixIts.count < Self.fixItLimit else { return }
      findings[last].notes[note].fixIts.append(fixIt)
    } else if findings[last].fixIts.count < Self.fixItLimit {
      findings[last].fixIts.append(fixIt)
    }
  }
}
