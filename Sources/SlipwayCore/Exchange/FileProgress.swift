/// How far an exchange came with a range of a file.
package enum FileProgress: Sendable, Equatable {
  /// The operating system has taken this many bytes. If that is not all, ask again for the rest: it
  /// was the share of one turn of the event loop.
  case sent(Int)

  /// It has taken this many, and to send the next ones would take waiting, for the client or for a
  /// disk: read them, and `write` them.
  case blocked(after: Int)

  /// The file has become shorter than the range.
  case ended

  /// Nobody will see the bytes.
  case gone
}
