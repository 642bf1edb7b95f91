/// How far a build is.
package struct BuildProgress: Sendable, Hashable {
  package var step: Int

  /// Grows while the build finds out what there is to do; 0 if it is not known.
  package var total: Int
  package var message: String

  package init(step: Int, total: Int, message: String) {
    self.step = step
    self.total = total
    self.message = message
  }

  /// Another process holds SwiftPM's lock on the scratch directory.
  package static let waiting = Self(
    step: 0,
    total: 0,
    message: "Waiting for another SwiftPM that builds in the same directory"
  )

  /// Reads `[3/7] Compiling Notices Board.swift`; nil for any other line.
  init?(line: Substring) {
    guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
    let numbers = line[line.index(after: line.startIndex)..<end].split(separator: "/")
    guard numbers.count == 2, let step = Int(numbers[0]), let total = Int(numbers[1]),
      step >= 0, total >= 0
    else { return nil }
    let rest = line[line.index(after: end)...]
    guard rest.first == " " else { return nil }
    self.init(step: step, total: total, message: String(rest.dropFirst()))
  }
}
