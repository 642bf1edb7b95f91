// What a page shows of the application's own frames.
extension Backtrace {
  /// More have no room in a page.
  private static let quotationLimit = 20

  /// Frames of the application; each place once, however often it called itself.
  package var ownFrames: [Frame] {
    var known: Set<String> = []
    return frames.filter { $0.isApplication && known.insert($0.place).inserted }
  }

  /// Reads the lines around them, before they are mended.
  package mutating func quoteSources() {
    var known: Set<String> = []
    for index in frames.indices where frames[index].isApplication {
      guard known.count < Self.quotationLimit, let file = frames[index].file,
        let line = frames[index].line, known.insert(frames[index].place).inserted
      else { continue }
      let column = frames[index].column
      frames[index].excerpt = SourceLines.excerpt(of: file, around: line, column: column)
    }
  }
}

extension Backtrace.Frame {
  fileprivate var place: String { "\(function ?? "") \(file ?? ""):\(line ?? 0):\(column ?? 0)" }
}
