import CSlipwayABI
import Logging
import NIOCore
import SlipwayCore

/// The gateway's side of the interface: what an application calls.
///
/// Arguments are taken for what they are, bits from foreign code: a ticket is looked up and never
/// dereferenced, NULL is looked for even where the header forbids it, counts are compared with
/// limits before memory is touched. What remains beyond checking is memory that is not there.
/// A mistake is logged with the application's name, and a promised callback is still called.
enum HostFunctions {
  static func log(
    _ context: UnsafeMutableRawPointer?,
    _ level: slipway_log_level,
    _ label: slipway_bytes,
    _ message: slipway_bytes
  ) {
    let (label, message) = unsafe (label.message, message.message)
    unsafe HostContext.registered(context)?.write(Logger.Level(level), label: label, message)
  }

  static func read(
    _ ticket: ExchangeTicket,
    _ maximum: Int,
    _ function: slipway_read_callback?,
    _ context: UnsafeMutableRawPointer?
  ) {
    guard let function = unsafe function else { return report(.readWithoutCallback, ticket) }
    let callback = unsafe ReadCallback(function: function, context: context)
    guard maximum != 0 else {
      report(.readOfNothing, ticket)
      return callback.fail()
    }
    switch NativeExchange.table.update(ticket, { $0.beginRead(callback) }) {
    case .go(let exchange):
      // A count that is negative here was beyond Int.max.
      let limit = maximum < 0 ? Limits.field : min(maximum, Limits.field)
      exchange.read(upTo: limit) { part in
        guard let callback = NativeExchange.table.update(ticket, { $0.endRead() }) else { return }
        callback?.deliver(part)
      }
    case .ignore(let mistake), .fail(let mistake):
      report(mistake, ticket)
      callback.fail()
    case nil:
      report(.notAnExchange("read"), ticket)
      callback.fail()
    }
  }

  static func start(_ ticket: ExchangeTicket, _ response: UnsafePointer<slipway_response>?) {
    do throws(Mistake) {
      let head = unsafe try ResponseHead(checking: response)
      switch NativeExchange.table.update(ticket, { $0.start() }) {
      case .go(let exchange): exchange.start(head)
      case .ignore(let mistake), .fail(let mistake): throw mistake
      case nil: report(.notAnExchange("start"), ticket)
      }
    } catch {
      fail(ticket, error, in: "start")
    }
  }

  static func write(
    _ ticket: ExchangeTicket,
    _ bytes: slipway_bytes,
    _ function: slipway_write_callback?,
    _ context: UnsafeMutableRawPointer?
  ) {
    let callback = unsafe function.map { unsafe WriteCallback(function: $0, context: context) }
    do throws(Mistake) {
      let bytes = unsafe try bytes.checked("a part of a body", limit: Limits.body)
      switch NativeExchange.table.update(ticket, { $0.write() }) {
      case .go(let exchange):
        unsafe exchange.write(ByteBuffer(bytes: bytes)) { isDone in
          // First, so that an application which ends the exchange now has heard why.
          if !isDone { noteGone(ticket) }
          callback?(isDone: isDone)
        }
      case .ignore(let mistake), .fail(let mistake):
        throw mistake
      case nil:
        report(.notAnExchange("write"), ticket)
        callback?(isDone: false)
      }
    } catch {
      fail(ticket, error, in: "write")
      callback?(isDone: false)
    }
  }

  static func finish(
    _ ticket: ExchangeTicket,
    _ trailers: UnsafePointer<slipway_field>?,
    _ count: Int
  ) {
    do throws(Mistake) {
      let trailers = unsafe try FieldSection(checking: trailers, count: count)
      let ended = try end(ticket, in: "finish", unless: \.mistakeOfFinish)
      ended?.exchange.finish(trailers: trailers.isEmpty ? nil : trailers)
      ended?.release()
    } catch {
      fail(ticket, error, in: "finish")
    }
  }

  static func respond(
    _ ticket: ExchangeTicket,
    _ response: UnsafePointer<slipway_response>?,
    _ body: slipway_bytes
  ) {
    do throws(Mistake) {
      let head = unsafe try ResponseHead(checking: response)
      let body = unsafe try body.checked("a body", limit: Limits.body)
      let ended = try end(ticket, in: "respond", unless: \.mistakeOfRespond)
      unsafe ended?.exchange.respond(head, copying: body)
      ended?.release()
    } catch {
      fail(ticket, error, in: "respond")
    }
  }

  static func fail(_ ticket: ExchangeTicket, _ message: slipway_bytes) {
    guard let ended = NativeExchange.table.remove(ticket) else {
      return report(.notAnExchange("fail"), ticket)
    }
    unsafe ended.exchange.fail(AppFailure(message: message.message))
    ended.release()
  }

  static func whenGone(
    _ ticket: ExchangeTicket,
    _ function: slipway_gone_callback?,
    _ context: UnsafeMutableRawPointer?
  ) {
    guard let function = unsafe function else { return report(.watchWithoutCallback, ticket) }
    let callback = unsafe GoneCallback(function: function, context: context)
    switch NativeExchange.table.update(ticket, { $0.watch(callback) }) {
    case .go(let exchange):
      exchange.whenGone { noteGone(ticket) }
    case .ignore(let mistake), .fail(let mistake):
      report(mistake, ticket)
      callback.ended()
    case nil:
      report(.notAnExchange("when_gone"), ticket)
      callback.ended()
    }
  }

  /// Tells the application that the client is gone, if it wants to know and does not yet.
  private static func noteGone(_ ticket: ExchangeTicket) {
    NativeExchange.table.update(ticket) { $0.clientHasGone() }??.gone()
  }

  /// Takes an exchange away from the application, which has ended it, unless that was a mistake.
  private static func end(
    _ ticket: ExchangeTicket,
    in function: String,
    unless mistake: (NativeExchange) -> Mistake?
  ) throws(Mistake) -> NativeExchange? {
    var found: Mistake?
    let ended = NativeExchange.table.remove(ticket) { exchange in
      found = mistake(exchange)
      return found == nil
    }
    if let found { throw found }
    if ended == nil { report(.notAnExchange(function), ticket) }
    return ended
  }

  /// Ends an exchange whose response the application has made impossible.
  private static func fail(_ ticket: ExchangeTicket, _ mistake: Mistake, in function: String) {
    guard let ended = NativeExchange.table.remove(ticket) else {
      return report(.notAnExchange(function), ticket)
    }
    ended.context.report(mistake)
    ended.exchange.fail(
      AppFailure(message: "The application \(ended.context.product) \(mistake.message).")
    )
    ended.release()
  }

  /// Logs a mistake in the name of the application that the ticket was made for.
  private static func report(_ mistake: Mistake, _ ticket: ExchangeTicket) {
    HostContext.registered(ticket.application)?.report(mistake)
  }
}

extension ReadCallback {
  /// Hands over what a read brought.
  fileprivate func deliver(_ part: BodyPart) {
    switch part {
    case .bytes(let buffer):
      unsafe buffer.withUnsafeReadableBytes { unsafe bytes($0) }
    case .end(let trailers):
      unsafe trailers.withABIFields { unsafe end(trailers: $0, count: $1) }
    case .failed:
      fail()
    }
  }
}
