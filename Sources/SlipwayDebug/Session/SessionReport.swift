import FoundationEssentials

/// What a relay tells the server, each as one line of JSON. The server reads them when it runs.
enum SessionReport: Codable, Sendable, Hashable {
  /// The process is traced.
  case attached
  /// The client has the process stopped at its restart, and has to continue it by hand.
  case stoppedAtRestart
  /// Another client was turned away.
  case refused(String)
  /// The client wanted to end the process.
  case killRefused
  /// The debugger server ended before it traced anything. `words` are its last.
  case failed(words: String)

  /// The line, without its end.
  var encoded: [UInt8] { (try? JSONEncoder().encode(self)).map { Array($0) } ?? [] }
}
