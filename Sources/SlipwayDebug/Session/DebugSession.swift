import FoundationEssentials
import SlipwaySystem
import SystemPackage

/// One session of a debugger with this process, as the server sees it: the relay, which outlives
/// restarts as the session does, and the descriptor shared with it.
struct DebugSession: Sendable {
  let client: DebugClient
  let relay: HelperProcess
  /// Closed by `collect`.
  let control: FileDescriptor

  /// How long a relay may take to let this process go where nobody wants a session any more.
  private static let patience = Duration.seconds(2)

  /// One that an earlier generation has begun; nil if there is no such session. What a generation has
  /// left that crashed may be out of date, and the numbers may be others' by now.
  init?(inherited client: DebugClient, relay: Int32, control: FileDescriptor) {
    self.client = client
    self.relay = HelperProcess(pid: relay)
    self.control = control
    guard self.relay.isOurs, control.isSocket else { return nil }
    control.setClosedOnExec(true)
    // Whatever an earlier image has allowed.
    Tracing.allow(by: relay)
  }

  /// Hands a client over, whose first bytes are still unread.
  init(
    _ client: DebugClient,
    over connection: consuming OwnedDescriptor,
    launch: ServerLaunch,
    program: RelayCommand,
    listeners: [FileDescriptor],
    process: Int32
  ) throws(DebugError) {
    self.client = client
    do {
      let (ours, theirs) = try FileDescriptor.connectedPair()
      defer { try? theirs.close() }
      do {
        let order = SessionOrder(
          client: client,
          process: process,
          launch: launch,
          listenerCount: listeners.count,
          log: program.log
        )
        relay = try HelperProcess(
          program.executable,
          program.arguments,
          inheriting: [theirs, connection.descriptor] + listeners
        )
        // Before it can want to: it starts the debugger server only when it has read its order.
        Tracing.allow(by: relay.pid)
        // Much less than the socket's buffer, so this does not block.
        ControlLines.send(try JSONEncoder().encode(order), over: ours)
      } catch {
        try? ours.close()
        throw error
      }
      control = ours
    } catch {
      throw .relayNotStarted((error as? any ReportableError)?.message ?? "\(error)")
    }
  }

  /// What it has reported since the last reading; nil when it has ended. Blocks while there is
  /// nothing to read.
  func read(into lines: inout LineSplitter) -> [SessionReport]? {
    ControlLines.read(from: control, into: &lines)?
      .compactMap { try? JSONDecoder().decode(SessionReport.self, from: Data($0.utf8)) }
  }

  /// Waits for the end of a relay that has closed its side: blocks for an instant.
  func collect() {
    try? control.close()
    _ = relay.collect()
    Tracing.allow(by: 0)
  }

  /// Ends the session, whatever the client wants. Blocks until this process is let go, or for two
  /// seconds.
  func end() {
    // Whatever the relay is told means that.
    ControlLines.send("end".utf8, over: control)
    if !relay.awaitEnd(within: Self.patience) {
      relay.kill()
      _ = relay.collect()
    }
    try? control.close()
    Tracing.allow(by: 0)
  }
}

/// How the relay's program is started: this executable under another command.
package struct RelayCommand: Sendable {
  package var executable: String
  package var arguments: [String]
  /// The file for what debugger servers say.
  package var log: String

  package init(executable: String, arguments: [String], log: String) {
    self.executable = executable
    self.arguments = arguments
    self.log = log
  }
}
