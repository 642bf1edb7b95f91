/// A conversation in the Debug Adapter Protocol. The adapter runs on this side, and lets the process
/// go by itself when it reads the end of its input.
///
/// Everything passes as it is but what would end the process: an editor's *stop* for a process that it
/// has attached to, and has not started, is to let it go.
package struct AdapterConversation: Conversation {
  // It waits for its own debugger server, which may wait for the process to stop.
  package let patience = Duration.seconds(25)

  private var fromClient = DAPScanner()

  package init() {}

  package mutating func clientSent(_ bytes: [UInt8]) -> [ConversationStep] {
    fromClient.append(bytes)
      .flatMap { unit -> [ConversationStep] in
        switch unit {
        case .bytes(let bytes): return [.sendToServer(bytes)]
        case .message(let bytes):
          guard case .message(let message, _) = DAPMessage.first(in: bytes),
            message.endsDebuggee
          else { return [.sendToServer(bytes)] }
          return [.tellOfKill, .sendToServer(message.disconnection)]
        }
      }
  }

  package mutating func serverSent(_ bytes: [UInt8]) -> [ConversationStep] {
    [.sendToClient(bytes)]
  }

  package mutating func clientIsGone() -> [ConversationStep] { [.endServerInput] }
}
