import SlipwayCore

/// An exchange in the hands of a native application, and how far it has come.
///
/// Pure: it says what is to be done with a call of the application; the host functions do it.
struct NativeExchange: Sendable {
  /// All exchanges that native applications have.
  static let table = TicketTable<NativeExchange>()

  let exchange: Exchange
  let context: HostContext

  private var hasStarted = false
  private var read: ReadCallback?
  private var gone: GoneCallback?
  private var wasWatched = false

  init(_ exchange: Exchange, of context: HostContext) {
    self.exchange = exchange
    self.context = context
  }

  /// What is to be done with a call.
  enum Verdict {
    case go(Exchange)
    /// The call is a mistake but does no harm: it is left undone.
    case ignore(Mistake)
    /// The call is a mistake that leaves the response without meaning: the exchange is to fail.
    case fail(Mistake)
  }

  /// A read is wanted.
  mutating func beginRead(_ callback: ReadCallback) -> Verdict {
    guard read == nil else { return .ignore(.readWhileReading) }
    read = callback
    return .go(exchange)
  }

  /// The outstanding read, which has come to its end.
  mutating func endRead() -> ReadCallback? {
    defer { read = nil }
    return read
  }

  /// The head of the response is there.
  mutating func start() -> Verdict {
    guard !hasStarted else { return .fail(.startAfterStart) }
    hasStarted = true
    return .go(exchange)
  }

  /// A part of the body is there.
  func write() -> Verdict {
    hasStarted ? .go(exchange) : .fail(.writeBeforeStart)
  }

  /// Why the response cannot end with `finish` now.
  var mistakeOfFinish: Mistake? {
    hasStarted ? nil : .finishBeforeStart
  }

  /// Why the response cannot be sent whole now.
  var mistakeOfRespond: Mistake? {
    hasStarted ? .respondAfterStart : nil
  }

  /// The application wants to hear when the client goes.
  mutating func watch(_ callback: GoneCallback) -> Verdict {
    guard !wasWatched else { return .ignore(.watchedTwice) }
    wasWatched = true
    gone = callback
    return .go(exchange)
  }

  /// Who is to hear that the client is gone.
  mutating func clientHasGone() -> GoneCallback? {
    defer { gone = nil }
    return gone
  }

  /// Tells whoever still waits for something that the exchange is over. Called outside the lock,
  /// with the value that was removed from the table.
  func release() {
    read?.fail()
    gone?.ended()
  }
}
