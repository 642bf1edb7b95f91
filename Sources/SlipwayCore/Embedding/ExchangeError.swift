/// Why a body cannot be read or sent any further.
public enum ExchangeError: Error, Sendable, Equatable {
  /// The client went away, or broke the protocol, before the body was complete.
  case bodyIncomplete
  /// The body is larger than what was said to be acceptable.
  case bodyTooLarge
  /// Nobody receives the response any more.
  case clientGone
  /// Two tasks read one body at the same time.
  case concurrentRead
}
