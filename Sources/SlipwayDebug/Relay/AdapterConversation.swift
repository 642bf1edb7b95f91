/// A conversation in the Debug Adapter Protocol. The adapter runs on this side, and lets the process
/// go by itself when it reads the end of its input.
package struct AdapterConversation: Conversation {
  // It waits for its own debugger server, which may wait for the process to stop.
  package let patience = Duration.seconds(25)

  package mutating func clientSent(_ bytes: [UInt8]) -> [ConversationStep] {
    [.sendToServer(bytes)]
  }

  package mutating func serverSent(_ bytes: [UInt8]) -> [ConversationStep] {
    [.sendToClient(bytes)]
  }

  package mutating func clientIsGone() -> [ConversationStep] { [.endServerInput] }
}
