import NIOCore
import Synchronization

/// WebSockets on which the server tells pages what has happened: one source, any number of listeners.
///
/// A listener outlives a restart: its connection is carried with a mark of what it has heard, and the
/// next generation goes on from there. See `Exchange.carryTunnel`.
package final class PushChannel: Application {
  /// What is said, and how listeners are told apart.
  package protocol Source: AnyObject, Sendable {
    /// Whether a client may listen; it says so in the query of its request.
    func admits(query: String) -> Bool

    /// What a new listener is told first, and what it has heard with that.
    /// - Parameter mark: What it has heard in an earlier life of its connection; for a new one, the
    ///   query of its request.
    func greeting(after mark: String) -> (message: String, mark: String)
  }

  private let source: any Source
  private let listeners = Mutex<[UInt64: Listener]>([:])
  private let count = Atomic<UInt64>(0)

  package init(_ source: any Source) { self.source = source }

  /// Tells every listener, in a later turn of its event loop. Any thread, and one at a time.
  /// - Parameter mark: What has been heard with this; nil to leave it as it is.
  package func broadcast(_ message: String, mark: String? = nil) {
    let frame = PushFrames.text(message)
    for listener in listeners.withLock({ Array($0.values) }) {
      listener.tellLater(frame, mark: mark)
    }
  }

  // MARK: Listeners

  package func handle(_ exchange: Exchange) {
    let request = exchange.request
    // A browser says where the page is from (RFC 6455, section 4.1): whether from here has been looked
    // at (`CrossSiteRule`). Who does not say is none.
    guard request.fields.contains(name: "Origin"), source.admits(query: request.query) else {
      return exchange.respond(.notAdmitted)
    }
    guard let accept = WebSocketOpening.accept(request) else {
      return exchange.respond(.noWebSocket)
    }
    exchange.start(
      ResponseHead(status: 101, fields: ["Upgrade": "websocket", "Sec-WebSocket-Accept": accept])
    )
    listen(exchange, after: request.query)
  }

  /// What goes on with a connection that an earlier generation has left.
  func resuming(_ state: String) -> any Application {
    Resumption(channel: self, mark: state)
  }

  fileprivate func listen(_ exchange: Exchange, after mark: String) {
    let number = count.wrappingAdd(1, ordering: .relaxed).oldValue
    let listener = Listener(exchange, mark: mark)
    exchange.whenGone { [weak self] in
      self?.listeners.withLock { $0[number] = nil }
    }
    exchange.carryTunnel { listener.carried }
    // First the place in the list, then the greeting: what is said in between comes behind it.
    listeners.withLock { $0[number] = listener }
    let greeting = source.greeting(after: mark)
    listener.tell(PushFrames.text(greeting.message), mark: greeting.mark)
    listener.read()
  }

  private struct Resumption: Application {
    let channel: PushChannel
    let mark: String

    func handle(_ exchange: Exchange) {
      exchange.resumeTunnel(["Upgrade": "websocket"])
      channel.listen(exchange, after: mark)
    }
  }
}

/// One client. Everything but the pace is touched on its event loop only.
private final class Listener: @unchecked Sendable {
  private let exchange: Exchange
  private var mark: String
  private var frames = PushFrames()
  /// Frames under way. A page that takes none, as one that a debugger stands in, is let go: it
  /// connects again.
  private let underWay = Atomic<Int>(0)
  private static let patience = 64

  init(_ exchange: Exchange, mark: String) {
    self.exchange = exchange
    self.mark = mark
  }

  /// The bytes that were read and are no whole frame, and what has been heard.
  var carried: (bytes: [UInt8], state: String) {
    (Array(frames.unread.readableBytesView), mark)
  }

  func tellLater(_ frame: ByteBuffer, mark: String?) {
    exchange.later { self.tell(frame, mark: mark) }
  }

  func tell(_ frame: ByteBuffer, mark: String?) {
    guard underWay.wrappingAdd(1, ordering: .relaxed).newValue <= Self.patience else {
      return exchange.finish()
    }
    exchange.write(frame) { isSent in
      self.underWay.wrappingSubtract(1, ordering: .relaxed)
      if isSent, let mark { self.mark = mark }
    }
  }

  func read() {
    exchange.read(upTo: 4096) { part in
      guard case .bytes(let bytes) = part else { return self.exchange.finish() }
      for message in self.frames.take(bytes) {
        switch message {
        case .text("ping"): self.tell(PushFrames.text(#"{"type":"pong"}"#), mark: nil)
        case .text: break
        case .ping(let payload): self.tell(PushFrames.pong(payload), mark: nil)
        case .close(let payload):
          self.tell(PushFrames.close(payload), mark: nil)
          return self.exchange.finish()
        case .violation:
          self.tell(PushFrames.close(code: 1008), mark: nil)
          return self.exchange.finish()
        }
      }
      self.read()
    }
  }
}

extension ErrorPage {
  fileprivate static let notAdmitted = ErrorPage(
    code: "SW220",
    status: 403,
    title: "Not a page of this server",
    message:
      "Only pages that this server has given out may listen to it. They say where they are from"
      + " (Origin), and have a token; this request does not.",
    remedy: "Load the page again: the token is another one each time the server is started."
  )

  fileprivate static let noWebSocket = ErrorPage(
    code: "SW221",
    status: 426,
    title: "Only for WebSockets",
    message: "What is pushed here is pushed through a WebSocket, and this request opens none.",
    remedy: "Let the script that Slipway puts into pages do it."
  )
}
