/// What happens at the debug socket.
package enum DebugEvent: Sendable {
  /// A debugger has this process, and lets it run.
  case attached(DebugClient)
  case detached(DebugClient)
  /// The server awaited a debugger and does so no more.
  case awaitedDebuggerCame
  case problem(any Error)
  /// A session has begun, has attached or has ended: the handoff is another one.
  case sessionsChanged
}
