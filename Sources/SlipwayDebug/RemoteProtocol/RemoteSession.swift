/// What is known of a process that is debugged over the gdb remote serial protocol, from the packets
/// that pass between client and debugger server.
///
/// It is kept so that the process can be let go in good order when the client is gone: see
/// `Detachment`. No I/O. See the gdb manual, appendix "Remote Protocol", and LLDB's extensions to it.
struct RemoteSession: Sendable {
  /// Registers that the server keeps, because a client evaluates an expression in a thread.
  struct SavedRegisters: Sendable, Hashable {
    var id: String
    /// As the client wrote it: `thread:1f;`, or empty.
    var thread: String
  }

  /// The process that is debugged.
  private let process: Int32

  init(process: Int32) {
    self.process = process
  }

  /// The process has been let run, and no stop has been reported since.
  private(set) var isRunning = false

  /// The process has ended, or has been let go.
  private(set) var isOver = false

  /// Replies that the server owes. The reply to a resumption is the next stop.
  private(set) var owedReplies = 0

  /// The instructions that the server has put in place, as `type,address,kind`, oldest first.
  private(set) var breakpoints: [String] = []

  /// Oldest first.
  private(set) var savedRegisters: [SavedRegisters] = []

  /// Whether each packet is acknowledged.
  private(set) var usesAcknowledgements = true

  /// Whether both sides number processes: gdb lets one of several go.
  private(set) var isMultiprocess = false

  private var askedWithoutAcknowledgements = false
  private var askedMultiprocess = false
  private var askedToDetach = false
  /// Of the request that is waiting for its reply, if that is to save registers.
  private var savingFor: String?

  /// What a packet of the client's asks for.
  enum Request: Sendable, Hashable {
    /// To be passed on.
    case ordinary
    /// That the process be ended.
    case kill
  }

  /// Takes note of a packet that the client has sent.
  mutating func clientSent(_ packet: [UInt8]) -> Request {
    let content = PacketScanner.content(of: packet)
    let text = String(decoding: content.prefix(256), as: UTF8.self)
    owedReplies += 1
    savingFor = nil
    switch text.first {
    case "k":
      return .kill
    case "D":
      // Of several processes: gdb lets a child go that the process has made, and keeps the process.
      let number = text.split(separator: ";").dropFirst().first.map { Int32($0, radix: 16) }
      askedToDetach = number.map { $0 == process } ?? true
    case "Z":
      if let place = Self.place(text), !breakpoints.contains(place) { breakpoints.append(place) }
    case "z":
      if let place = Self.place(text) { breakpoints.removeAll { $0 == place } }
    case "c", "C", "s", "S":
      isRunning = true
    case "v" where text.hasPrefix("vKill"):
      return .kill
    case "v" where text.hasPrefix("vCont;"):
      isRunning = true
    case "Q" where text == "QStartNoAckMode":
      askedWithoutAcknowledgements = true
    case "Q" where text.hasPrefix("QSaveRegisterState"):
      savingFor = text.split(separator: ";", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    case "Q" where text.hasPrefix("QRestoreRegisterState:"):
      let id = text.dropFirst("QRestoreRegisterState:".count).prefix { $0 != ";" }
      savedRegisters.removeAll { $0.id == id }
    case "q" where text.hasPrefix("qSupported"):
      askedMultiprocess = String(decoding: content, as: UTF8.self).contains("multiprocess+")
    default:
      break
    }
    return .ordinary
  }

  /// The last packet of the client's stays here: no reply to it will come.
  mutating func requestWasNotPassedOn() {
    owedReplies = max(0, owedReplies - 1)
  }

  /// What a packet of the server's reports.
  enum Reply: Sendable, Hashable {
    case ordinary
    case stopped
    /// The process has become another program, in which none of the old instructions are.
    case executed
    case ended
    /// The process has been let go, as the client wanted.
    case detached
  }

  /// Takes note of a packet that the server has sent.
  mutating func serverSent(_ packet: [UInt8]) -> Reply {
    let content = PacketScanner.content(of: packet)
    let first = content.first.map { Character(UnicodeScalar($0)) }
    if isRunning {
      // `O` is what the process prints, and `F` a request of the server's; neither ends the running.
      guard first.map({ "TSWXEN".contains($0) }) ?? true else { return .ordinary }
      isRunning = false
      owedReplies = max(0, owedReplies - 1)
      if first == "W" || first == "X" {
        isOver = true
        return .ended
      }
      guard Self.tellsOfExec(content) else { return .stopped }
      breakpoints = []
      savedRegisters = []
      return .executed
    }
    owedReplies = max(0, owedReplies - 1)
    if askedWithoutAcknowledgements {
      askedWithoutAcknowledgements = false
      if content.elementsEqual("OK".utf8) { usesAcknowledgements = false }
    }
    if askedToDetach {
      askedToDetach = false
      isOver = content.elementsEqual("OK".utf8)
      if isOver { return .detached }
    }
    if askedMultiprocess {
      askedMultiprocess = false
      isMultiprocess = String(decoding: content, as: UTF8.self).contains("multiprocess+")
    }
    if let thread = savingFor {
      savingFor = nil
      let id = String(decoding: content.prefix(20), as: UTF8.self)
      if !id.isEmpty, id.allSatisfy(\.isWholeNumber) {
        savedRegisters.append(SavedRegisters(id: id, thread: thread))
      }
    }
    // A `W` or `X` here is no end but content, such as bytes of memory.
    return .ordinary
  }

  /// `Z0,401136,1;conditions` without what may follow: how it is removed.
  private static func place(_ text: String) -> String? {
    let place = text.dropFirst().prefix { $0 != ";" }
    guard place.split(separator: ",").count == 3 else { return nil }
    return String(place)
  }

  /// `T05…;reason:exec;` of LLDB's, `T05exec:…` of gdb's.
  private static func tellsOfExec(_ content: ArraySlice<UInt8>) -> Bool {
    guard content.first == UInt8(ascii: "T") else { return false }
    return content.dropFirst(3).split(separator: UInt8(ascii: ";"))
      .contains { $0.elementsEqual("reason:exec".utf8) || $0.starts(with: "exec:".utf8) }
  }
}
