/// What can go wrong between an application and a client.
public struct ExchangeError: Error, Hashable, CustomStringConvertible {
  private enum Code {
    case bodyIncomplete, bodyTooLarge, clientGone, concurrentRead
  }

  private let code: Code

  /// The rest of the request body will not come: the client went away or broke the protocol, or the
  /// response has ended.
  public static let bodyIncomplete = ExchangeError(code: .bodyIncomplete)

  /// The request body is larger than the application accepts.
  public static let bodyTooLarge = ExchangeError(code: .bodyTooLarge)

  /// Nothing more of the response will reach the client.
  public static let clientGone = ExchangeError(code: .clientGone)

  /// A body is read by two tasks at the same time.
  public static let concurrentRead = ExchangeError(code: .concurrentRead)

  /// What went wrong, in a sentence.
  public var description: String {
    switch code {
    case .bodyIncomplete: "The request body ended before it was complete"
    case .bodyTooLarge: "The request body is larger than the application accepts"
    case .clientGone: "The client went away before the response was complete"
    case .concurrentRead: "Two tasks read the request body at the same time"
    }
  }
}
