package import NIOCore
import Synchronization

/// One request and its response, in the hands of an application.
///
/// Every function may be called on any thread, and takes effect in the order of the calls. An
/// exchange is ended by exactly one `finish`, `respond` or `fail`; calls after that, and calls
/// after the client has gone, do nothing. An exchange that nobody holds any more without having
/// ended it has failed.
///
/// A request that offers to switch protocols (`Request.upgrade`) may be answered by `start` with
/// status 101 and an Upgrade field. The exchange then is a tunnel: reads bring what the client sends,
/// as it is and until it shuts its side; writes send bytes as they are; the end shuts ours.
package final class Exchange: Sendable {
  /// Unique in this generation.
  package var id: UInt64 { stream.id }

  package var request: Request {
    _read { yield stream.request }
  }

  /// What error pages and logs call the exchange. Any thread.
  package var requestID: String { stream.requestID }

  /// Where callbacks are called.
  private let eventLoop: any EventLoop
  private let stream: ExchangeStream

  init(_ stream: ExchangeStream, eventLoop: any EventLoop) {
    self.stream = stream
    self.eventLoop = eventLoop
  }

  deinit {
    // Said early, this spares those that end on another thread a second way to the loop.
    if stream.hasEnded.load(ordering: .relaxed) { return }
    if eventLoop.inEventLoop {
      stream.abandoned()
    } else {
      eventLoop.execute { [stream] in stream.abandoned() }
    }
  }

  /// Asks for up to `maximum` bytes of the body. One read may be outstanding at a time.
  ///
  /// `receive` is called once, on the event loop, perhaps before this returns. The first read
  /// answers `Expect: 100-continue`. A second read beside an outstanding one gets `failed`, as does
  /// the outstanding one when the exchange ends.
  package func read(upTo maximum: Int, _ receive: @escaping @Sendable (BodyPart) -> Void) {
    if eventLoop.inEventLoop {
      stream.read(upTo: maximum, receive)
    } else {
      eventLoop.execute { self.stream.read(upTo: maximum, receive) }
    }
  }

  /// Starts the response. A body without Content-Length is sent in chunks.
  package func start(_ head: ResponseHead) {
    if eventLoop.inEventLoop {
      stream.start(head)
    } else {
      eventLoop.execute { self.stream.start(head) }
    }
  }

  /// Sends a part of the body. `completion` tells on the event loop whether the bytes are with the
  /// operating system (`true`) or nobody will see them: the client is gone, or the response has no
  /// body because of its status or because the request was HEAD.
  package func write(_ bytes: ByteBuffer, _ completion: (@Sendable (Bool) -> Void)? = nil) {
    if eventLoop.inEventLoop {
      stream.write(bytes, completion)
    } else {
      eventLoop.execute { self.stream.write(bytes, completion) }
    }
  }

  /// Sends bytes of a file as a part of the body, as many as can be sent without waiting, straight
  /// from the page cache. Only for a response with Content-Length; others get `blocked`.
  ///
  /// `completion` is called once, on the event loop, perhaps before this returns. Until then,
  /// nothing else may be written.
  package func write(
    _ file: OpenFile,
    _ range: Range<Int>,
    _ completion: @escaping @Sendable (FileProgress) -> Void
  ) {
    if eventLoop.inEventLoop {
      stream.write(file, range, completion)
    } else {
      eventLoop.execute { self.stream.write(file, range, completion) }
    }
  }

  /// Has `action` done on the event loop when other connections have had their turn.
  package func inNextTurn(_ action: @escaping @Sendable () -> Void) {
    eventLoop.execute(action)
  }

  /// Ends the response. Trailers are dropped where the body is not sent in chunks.
  package func finish(trailers: FieldSection? = nil) {
    if eventLoop.inEventLoop {
      stream.finish(trailers: trailers)
    } else {
      eventLoop.execute { self.stream.finish(trailers: trailers) }
    }
  }

  /// Sends a whole response and ends the exchange.
  package func respond(_ head: ResponseHead, body: ByteBuffer? = nil) {
    if eventLoop.inEventLoop {
      stream.respond(head, body: body)
    } else {
      eventLoop.execute { self.stream.respond(head, body: body) }
    }
  }

  /// Sends a whole response and ends the exchange. `body` is copied before this returns.
  package func respond(_ head: ResponseHead, copying body: UnsafeRawBufferPointer) {
    if eventLoop.inEventLoop {
      stream.respond(head, copying: body)
    } else {
      let copy = ByteBuffer(bytes: body)
      eventLoop.execute { self.stream.respond(head, body: copy) }
    }
  }

  /// Ends the exchange with an error page, or with a cut connection if the response had begun.
  package func fail(_ failure: AppFailure) {
    if eventLoop.inEventLoop {
      stream.fail(failure)
    } else {
      eventLoop.execute { self.stream.fail(failure) }
    }
  }

  /// Answers with an error page, rendered as the client prefers, and ends the exchange.
  package func respond(_ page: ErrorPage) {
    if eventLoop.inEventLoop {
      stream.respond(page)
    } else {
      eventLoop.execute { self.stream.respond(page) }
    }
  }

  /// Has something done with the stream, on the event loop.
  func onStream(_ action: @escaping @Sendable (ExchangeStream) -> Void) {
    if eventLoop.inEventLoop {
      action(stream)
    } else {
      eventLoop.execute { action(self.stream) }
    }
  }

  /// Has something done in a later turn of the event loop.
  func later(_ action: @escaping @Sendable () -> Void) { eventLoop.execute(action) }

  /// Has `callback` called once, on the event loop, if the client goes before the exchange ends.
  ///
  /// A client that closes its sending side after a whole request and before the response has begun
  /// may still wait for it, and is not gone; one that does so while the response is sent is.
  package func whenGone(_ callback: @escaping @Sendable () -> Void) {
    if eventLoop.inEventLoop {
      stream.whenGone(callback)
    } else {
      eventLoop.execute { self.stream.whenGone(callback) }
    }
  }
}
