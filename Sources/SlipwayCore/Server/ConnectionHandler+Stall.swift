import Logging
import NIOCore
import SlipwaySystem

// Clients that do not take their response.
extension ConnectionHandler {
  /// Called behind each send: nothing is watched unless something is left to be sent.
  func watchOutput() {
    guard unsentWrites > 0, stall == nil, context != nil else { return }
    stall = OutputStall(since: .now(), waiting: waitingOutput)
    armTimer()
  }

  /// All bytes of a send are with the operating system, or never will be.
  func outputLeft() {
    unsentWrites -= 1
    if unsentWrites == 0 { stall = nil } else { stall?.wroteSome(.now()) }
  }

  func outputIsStalled(_ now: NIODeadline) -> Bool {
    stall?.isStuck(waiting: waitingOutput, at: now) ?? false
  }

  func cutStalled(_ stream: ExchangeStream) {
    gateway.logger.warning(
      "A client took no byte of its response in time, and was cut off",
      metadata: [
        "code": "SW028",
        "request": "\(stream.requestID)",
        "target": "\(stream.request.target)",
      ]
    )
    // What the kernel still holds for it would stay there for minutes.
    socket.resetOnClose()
    stream.giveUp()
  }

  private var waitingOutput: Int {
    let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return (buffered ?? 0) + socket.unacknowledgedBytes
  }
}
