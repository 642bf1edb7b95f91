/// What can go wrong when a WebSocket is used.
public struct WebSocketError: Error, Hashable, CustomStringConvertible {
  private enum Code { case closed }

  private let code: Code

  /// The connection is closed, or about to be: nothing can be sent any more.
  public static let closed = WebSocketError(code: .closed)

  /// What went wrong, in a sentence.
  public var description: String { "The WebSocket is closed" }
}
