import FoundationEssentials

/// Evaluates code in frames of the application that have raised an exception.
package enum PythonConsole {
  /// Where a frame is, and what came of the code.
  package struct Answer: Sendable, Equatable, Decodable {
    package var function: String
    package var file: String
    package var line: Int
    /// The lines around it.
    package var source: String
    /// What was printed, the values of expressions, or a traceback; nil if nothing was evaluated.
    package var output: String?
  }

  /// Blocks as long as the code does, on the calling thread.
  ///
  /// - Parameters:
  ///   - frame: A name that a traceback report has given it.
  ///   - code: Statements; nil to only learn where the frame is.
  /// - Returns: nil if the frame is not kept any more.
  package static func evaluate(_ code: String?, in frame: String) -> Answer? {
    let settings = "\(frame)\u{1e}\(code ?? "")"
    // The frame's name is of one generation and of one interpreter: the others do not know it.
    return PythonProcess.interpreters.lazy
      .compactMap {
        let answer = $0.callHere("evaluate", settings)
        return try? JSONDecoder().decode(Answer.self, from: Data(answer.text.utf8))
      }
      .first
  }
}
