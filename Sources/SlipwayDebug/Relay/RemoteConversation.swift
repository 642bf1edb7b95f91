/// A conversation in the gdb remote serial protocol. It passes packets on as they are and remembers
/// what must be undone when the client is lost.
package struct RemoteConversation: Conversation {
  package let patience = Duration.seconds(10)

  private let process: Int32
  private let interruptsBySignal: Bool
  private var session: RemoteSession
  private var fromClient = PacketScanner()
  private var fromServer = PacketScanner()
  /// The client is gone, or its wish to end the process is granted in our way.
  private var detachment: Detachment?
  /// The process has been sent the signal that stands for an interrupt, and has not stopped for it.
  private var isInterrupting = false
  private var hasFinished = false

  /// - Parameters:
  ///   - process: the one that is debugged.
  ///   - interruptsBySignal: whether the debugger server cannot be relied on to do so. gdbserver signals
  ///     the process group that the process leads, and fails where it leads none.
  package init(process: Int32, interruptsBySignal: Bool = false) {
    self.process = process
    self.interruptsBySignal = interruptsBySignal
    session = RemoteSession(process: process)
  }

  package mutating func clientSent(_ bytes: [UInt8]) -> [ConversationStep] {
    guard detachment == nil else { return [] }
    var steps: [ConversationStep] = []
    for unit in fromClient.append(bytes) {
      if case .packet(let packet) = unit {
        let wasRunning = session.isRunning
        if session.clientSent(packet) == .kill { return steps + kill() }
        if session.isRunning, !wasRunning { steps.append(.tellOfResumption) }
        steps.append(.sendToServer(interruptsBySignal ? packet : Self.withoutVforkEvents(packet)))
        continue
      }
      steps += unit == .interrupt ? interrupt() : [.sendToServer(unit.bytes)]
    }
    return fromClient.isLost ? steps + clientIsGone() : steps
  }

  package mutating func serverSent(_ bytes: [UInt8]) -> [ConversationStep] {
    var steps: [ConversationStep] = []
    for unit in fromServer.append(bytes) {
      if detachment != nil {
        if case .packet(let packet) = unit { steps += detach(upon: packet) }
        continue
      }
      guard case .packet(let packet) = unit else {
        steps.append(.sendToClient(unit.bytes))
        continue
      }
      let wasRunning = session.isRunning
      let reply = session.serverSent(packet)
      steps.append(.sendToClient(wasRunning ? interruption(in: packet) : packet))
      switch reply {
      case .executed: steps.append(.tellOfExec)
      // LLDB's server would wait for the client to hang up, and the next client with it.
      case .detached where !hasFinished:
        hasFinished = true
        steps.append(.finish)
      case .detached, .stopped, .ended, .ordinary: break
      }
    }
    return steps
  }

  package mutating func clientIsGone() -> [ConversationStep] {
    guard detachment == nil else { return [] }
    var detachment = Detachment(session, of: process)
    let beginning = detachment.begin()
    self.detachment = detachment
    switch beginning {
    case .interrupt: return interrupt()
    case .send(let bytes): return [.sendToServer(bytes)]
    case .wait: return finishIfOver()
    }
  }

  private mutating func interrupt() -> [ConversationStep] {
    guard interruptsBySignal else { return [.sendToServer([PacketScanner.Unit.interruptByte])] }
    // Stopped already, the process would keep the signal for later.
    guard session.isRunning else { return [] }
    isInterrupting = true
    return [.interruptProcess]
  }

  /// The report of a stop, to the client as if the process had been interrupted where it has been: as
  /// SIGINT, whatever the signal was.
  private mutating func interruption(in packet: [UInt8]) -> [UInt8] {
    let content = PacketScanner.content(of: packet)
    guard isInterrupting, content.starts(with: "T\(Self.stopped)".utf8) else { return packet }
    isInterrupting = false
    return PacketScanner.packet(
      "T\(Self.interrupted)" + String(decoding: content.dropFirst(3), as: UTF8.self)
    )
  }

  // As gdb numbers signals: SIGCONT and SIGINT.
  private static let stopped = "13"
  private static let interrupted = "02"

  /// LLDB wants to hear of each vfork(2), and the server starts its compilers with one. Most times it
  /// passes over it; but it takes the stop for the user's when a thread has not run since the last one,
  /// as most have not after it attached. Not asked to tell, the debugger server lets the child go.
  private static func withoutVforkEvents(_ packet: [UInt8]) -> [UInt8] {
    let content = String(decoding: PacketScanner.content(of: packet), as: UTF8.self)
    let feature = ";vfork-events+"
    guard content.hasPrefix("qSupported:"), content.contains(feature) else { return packet }
    return PacketScanner.packet(content.replacing(feature, with: ""))
  }

  /// A development server does not end because a debugging session does: the client is told what it
  /// wants to hear, that signal 9 has ended the process, and the process is let go.
  private mutating func kill() -> [ConversationStep] {
    let acknowledgement: [UInt8] = session.usesAcknowledgements ? [UInt8(ascii: "+")] : []
    session.requestWasNotPassedOn()
    return [.tellOfKill, .sendToClient(acknowledgement + PacketScanner.packet("X09"))]
      + clientIsGone()
  }

  private mutating func detach(upon packet: [UInt8]) -> [ConversationStep] {
    let bytes = detachment?.serverSent(packet) ?? []
    var steps: [ConversationStep] = bytes.isEmpty ? [] : [.sendToServer(bytes)]
    // A client that is there still, because it is the server that is gone, is to hear how.
    if detachment?.hasEnded == true, !hasFinished { steps.append(.sendToClient(packet)) }
    return steps + finishIfOver()
  }

  private mutating func finishIfOver() -> [ConversationStep] {
    guard detachment?.isOver == true, !hasFinished else { return [] }
    hasFinished = true
    return [.finish]
  }
}
