package import SlipwayCore
import SlipwaySystem

/// Everything there is to say about a crash: what pages, the terminal and `.slipway/crashes` show.
package struct CrashReport: Sendable, Equatable, Codable {
  /// An exchange that had no response when it happened.
  package struct Exchange: Sendable, Equatable, Codable {
    package var request: RequestSummary
    /// Its number in its generation, and what logs call it.
    package var number: UInt64
    package var id: String
    /// How long it had been with the application.
    package var milliseconds: Int
    /// Whether it is known to be the one that crashed.
    package var isCulprit: Bool

    package init(
      request: RequestSummary,
      number: UInt64,
      id: String,
      milliseconds: Int,
      isCulprit: Bool
    ) {
      self.request = request
      self.number = number
      self.id = id
      self.milliseconds = milliseconds
      self.isCulprit = isCulprit
    }
  }

  /// When, RFC 3339.
  package var time: String

  /// The generation that crashed.
  package var generation: Int

  /// A few words: `Fatal error: Index out of range`.
  package var title: String

  /// What ended the process, in a sentence.
  package var cause: String

  /// What the runtime said, if it said anything.
  package var message: CrashMessage?

  /// Of the thread that crashed first, then of others that did so before it was over.
  package var backtraces: [Backtrace]

  /// The last lines on standard error.
  package var printed: String

  package var exchanges: [Exchange]

  /// Why the application is not loaded again by itself; nil if it is.
  package var heldBack: CrashHistory.Reason?

  /// What would have told more.
  package var hint: String?

  /// The lines around the place, as compilers show them.
  package var excerpt: String?

  package init(
    time: String,
    generation: Int,
    title: String,
    cause: String,
    message: CrashMessage? = nil,
    backtraces: [Backtrace],
    printed: String = "",
    exchanges: [Exchange] = [],
    heldBack: CrashHistory.Reason? = nil
  ) {
    self.time = time
    self.generation = generation
    self.title = title
    self.cause = cause
    self.message = message
    self.backtraces = backtraces
    self.printed = printed
    self.exchanges = exchanges
    self.heldBack = heldBack
  }

  /// The place to look at: where the application's own code was, or what the runtime named.
  package var place: (file: String, line: Int, column: Int?)? {
    if let frame = backtraces.first?.culprit, let file = frame.file, let line = frame.line {
      return (file, line, frame.column)
    }
    if let message, let file = message.file, let line = message.line { return (file, line, nil) }
    return nil
  }
}

extension CrashReport {
  /// For terminals and text files.
  package var text: String {
    var blocks = ["\(title)\n\(time) · generation \(generation)", cause]
    if let place {
      let column = place.column.map { ":\($0)" } ?? ""
      blocks.append("\(place.file):\(place.line)\(column)" + (excerpt.map { "\n\($0)" } ?? ""))
    }
    if let heldBack { blocks.append(heldBack.rawValue) }
    for backtrace in backtraces {
      let name = backtrace.threadName.isEmpty ? "" : " (\(backtrace.threadName))"
      blocks.append("Thread \(backtrace.thread)\(name), \(backtrace.cause):\n\(backtrace.text)")
    }
    for exchange in exchanges {
      var lines = ["\(exchange.request.method) \(exchange.request.target)"]
      lines[0] += ", request \(exchange.id), for \(exchange.milliseconds) ms"
      if exchange.isCulprit { lines[0] += ", crashed" }
      lines += exchange.request.fields.map { "  \($0.name): \($0.value)" }
      blocks.append(lines.joined(separator: "\n"))
    }
    if !printed.isEmpty { blocks.append("Last on standard error:\n\(printed)") }
    if let hint { blocks.append(hint) }
    return blocks.joined(separator: "\n\n") + "\n"
  }
}
