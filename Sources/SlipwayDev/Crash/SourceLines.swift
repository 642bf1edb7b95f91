import FoundationEssentials

/// Lines of a source file around a place, in the form in which compilers show them.
enum SourceLines {
  private static let before = 4
  private static let after = 3

  /// nil if the file cannot be read, or has changed so much that it has no such line.
  /// - Parameter column: Where in the line it is, counted in bytes from 1; nil if only the line is known.
  static func excerpt(of path: String, around number: Int, column: Int? = nil) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let lines = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard (1...max(1, lines.count)).contains(number) else { return nil }
    let shown = max(1, number - before)...min(lines.count, number + after)
    let width = "\(shown.upperBound)".count
    return
      shown.flatMap { current -> [String] in
        let line = lines[current - 1]
        let gutter = String(repeating: " ", count: width - "\(current)".count) + "\(current)"
        guard current == number else { return ["\(gutter) | \(line)"] }
        let start = column.flatMap { line.utf8.count >= $0 ? line.utf8.prefix($0 - 1) : nil }
        let before = start.map(Substring.init) ?? line.prefix { $0 == " " || $0 == "\t" }
        // A tab stays one: how wide it is, the reader's terminal decides.
        let blank = String(before.map { $0 == "\t" ? "\t" : " " })
        let marker = String(repeating: " ", count: width) + " | " + blank + "^"
        return ["\(gutter) | \(line)", marker]
      }
      .joined(separator: "\n")
  }
}
