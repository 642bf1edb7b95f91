import SlipwayDebug

/// A conversation in the gdb remote serial protocol, seen from both of its ends as text.
struct RelayedSession {
  struct Outcome: Equatable {
    var toServer = ""
    var toClient = ""
    var isFinished = false
    var tellsOfExec = false
    var tellsOfResumption = false
    var tellsOfKill = false
    var interrupts = false

    static func server(_ text: String) -> Self { Self(toServer: text) }
    static func client(_ text: String) -> Self { Self(toClient: text) }
  }

  private var conversation: RemoteConversation

  init(process: Int32, interruptsBySignal: Bool = false) {
    conversation = RemoteConversation(
      process: process,
      interruptsBySignal: interruptsBySignal
    )
  }

  mutating func client(_ text: String) -> Outcome {
    Self.outcome(conversation.clientSent(Array(text.utf8)))
  }

  mutating func server(_ text: String) -> Outcome {
    Self.outcome(conversation.serverSent(Array(text.utf8)))
  }

  mutating func clientIsGone() -> Outcome { Self.outcome(conversation.clientIsGone()) }

  /// A request and its reply, neither of which is looked at.
  mutating func exchange(_ request: String, _ reply: String) {
    _ = client(packet(request))
    _ = server(packet(reply))
  }

  private static func outcome(_ steps: [ConversationStep]) -> Outcome {
    var outcome = Outcome()
    for step in steps {
      switch step {
      case .sendToServer(let bytes): outcome.toServer += String(decoding: bytes, as: UTF8.self)
      case .sendToClient(let bytes): outcome.toClient += String(decoding: bytes, as: UTF8.self)
      case .finish: outcome.isFinished = true
      case .tellOfExec: outcome.tellsOfExec = true
      case .tellOfResumption: outcome.tellsOfResumption = true
      case .tellOfKill: outcome.tellsOfKill = true
      case .interruptProcess: outcome.interrupts = true
      case .endServerInput: break
      }
    }
    return outcome
  }
}

/// A packet with its checksum.
func packet(_ content: String) -> String {
  let sum = content.utf8.reduce(0 as UInt8) { $0 &+ $1 }
  let digits = String(sum, radix: 16)
  return "$\(content)#\(digits.count == 1 ? "0" : "")\(digits)"
}
