/// What passes between a client and its debugger server: decides what becomes of each side's bytes.
/// No I/O and no clock.
package protocol Conversation: Sendable {
  /// How long the server may take to let the process go once the client is gone.
  var patience: Duration { get }

  mutating func clientSent(_ bytes: [UInt8]) -> [ConversationStep]
  mutating func serverSent(_ bytes: [UInt8]) -> [ConversationStep]

  /// The client has closed its side, or is lost.
  mutating func clientIsGone() -> [ConversationStep]
}

/// One thing to be done.
package enum ConversationStep: Sendable, Hashable {
  case sendToServer([UInt8])
  case sendToClient([UInt8])
  /// The process is to be stopped by SIGCONT, which its debugger server takes. Where that has it
  /// stopped already, for a breakpoint met in the same instant, the signal is left over: no other is
  /// so harmless then.
  case interruptProcess
  /// Nothing more is sent to the server: it reads its end.
  case endServerInput
  /// The process is let go: nothing more is expected of anybody.
  case finish
  /// The process has become another program, and the client has it stopped there.
  case tellOfExec
  /// The client has let the process run.
  case tellOfResumption
  /// The client wanted to end the process.
  case tellOfKill
}
