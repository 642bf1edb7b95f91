/// Lets a process go whose debugger is gone: has it stop, puts back what the debugger has changed in
/// it, and detaches.
///
/// Needed because a debugger server that loses its client just ends, and leaves its breakpoint
/// instructions in the process: the next thread to reach one dies. Detaching alone does not remove
/// them either.
struct Detachment: Sendable {
  private var session: RemoteSession
  /// What remains to be asked of the server.
  private var requests: [String] = []
  private var isDetaching = false
  private var owed: Int
  private let process: Int32

  /// It is done: the process has been let go, or is no more.
  private(set) var isOver: Bool

  /// The process has ended while it was to be stopped.
  private(set) var hasEnded = false

  init(_ session: RemoteSession, of process: Int32) {
    self.session = session
    self.process = process
    owed = session.owedReplies
    isOver = session.isOver
  }

  enum Beginning {
    /// The process is to be stopped.
    case interrupt
    case send([UInt8])
    /// The server owes replies, or it is over already.
    case wait
  }

  /// What is to be done first.
  mutating func begin() -> Beginning {
    guard !isOver else { return .wait }
    if session.isRunning { return .interrupt }
    return owed == 0 ? .send(next()) : .wait
  }

  /// What is to be sent upon a packet of the server's.
  mutating func serverSent(_ packet: [UInt8]) -> [UInt8] {
    guard !isOver else { return [] }
    let acknowledgement: [UInt8] = session.usesAcknowledgements ? [UInt8(ascii: "+")] : []
    if requests.isEmpty, !isDetaching, owed > 0 || session.isRunning {
      let wasRunning = session.isRunning
      if session.serverSent(packet) == .ended {
        isOver = true
        hasEnded = true
        return acknowledgement
      }
      // What the process prints is no reply.
      guard !wasRunning || !session.isRunning else { return acknowledgement }
      owed = session.owedReplies
      return owed == 0 ? acknowledgement + next() : acknowledgement
    }
    if isDetaching {
      isOver = true
      return acknowledgement
    }
    return acknowledgement + next()
  }

  private mutating func next() -> [UInt8] {
    if requests.isEmpty {
      // The newest first: the oldest is what the thread had before any expression.
      let registers = session.savedRegisters.reversed()
        .map { "QRestoreRegisterState:\($0.id);\($0.thread)" }
      let places = session.breakpoints.map { "z\($0)" }
      requests = registers + places
      requests.append(session.isMultiprocess ? "D;\(String(process, radix: 16))" : "D")
    }
    let request = requests.removeFirst()
    isDetaching = requests.isEmpty
    return PacketScanner.packet(request)
  }
}
