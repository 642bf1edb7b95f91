import FoundationEssentials

/// Lines of a source file around a place, in the form in which compilers show them.
enum SourceLines {
  private static let before = 4
  private static let after = 3

  /// nil if the file cannot be read, or has changed so much that it has no such line.
  static func excerpt(of path: String, around number: Int) -> String? {
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
        let indentation = line.prefix { $0 == " " || $0 == "\t" }
        let marker = String(repeating: " ", count: width) + " | " + indentation + "^"
        return ["\(gutter) | \(line)", marker]
      }
      .joined(separator: "\n")
  }
}
