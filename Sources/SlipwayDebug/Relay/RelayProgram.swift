import FoundationEssentials
import Glibc
import SlipwaySystem
import SystemPackage

/// The relay: a process between one client and its debugger server, because the server that is
/// debugged is stopped half of the time, and a debugger server that loses its client leaves its
/// breakpoints behind.
///
/// A child of the server, started by `DebugSession`; it ends with its session.
package final class RelayProgram {
  /// How long a second client waits at the door before it is turned away: the first may just be going.
  private static let courtesy = Duration.milliseconds(700)
  /// How often it is looked whether the process is traced, until it is.
  private static let attachInterval = Duration.milliseconds(50)
  /// How long a client may have the process stopped at its restart before that is taken for its wish.
  private static let execPatience = Duration.seconds(3)
  /// How long a debugger server may take to end once its conversation is over.
  private static let lastPatience = Duration.seconds(3)

  /// How long the client has to hear from the debugger server how the server ended.
  private static let farewell = Duration.seconds(5)

  private let order: SessionOrder
  /// Never waited for: the server reads when it runs.
  private let control: BufferedPeer
  private let listeners: [FileDescriptor]
  private let client: BufferedPeer
  private let server: BufferedPeer
  private let serverProcess: HelperProcess
  private var conversation: any Conversation
  private var doorstep = Doorstep()

  private var isAttached = false
  private var isFinished = false
  /// The end of the time in which the server has to let the process go.
  private var deadline: ContinuousClock.Instant?
  private var stoppedAtRestartSince: ContinuousClock.Instant?
  private var knockedAt: ContinuousClock.Instant?
  /// When the server was found to be no more.
  private var orphanedAt: ContinuousClock.Instant?

  /// Runs a session to its end. Returns the exit code.
  package static func run() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let control = FileDescriptor(rawValue: SessionOrder.Descriptor.control)
    guard let line = ControlLines.first(from: control),
      let order = try? JSONDecoder().decode(SessionOrder.self, from: Data(line))
    else { return EX_USAGE }
    let log = RelayLog(at: order.log)
    do throws(SystemError) {
      let relay = try RelayProgram(order, control)
      relay.converse()
      relay.end(log)
      return EX_OK
    } catch {
      ControlLines.send(SessionReport.failed(words: error.message).encoded, over: control)
      return EX_OSERR
    }
  }

  private init(_ order: SessionOrder, _ control: FileDescriptor) throws(SystemError) {
    self.order = order
    self.control = BufferedPeer(control)
    listeners = (0..<order.listenerCount)
      .map { FileDescriptor(rawValue: SessionOrder.Descriptor.firstListener + Int32($0)) }
    for descriptor in [control] + listeners { descriptor.setClosedOnExec(true) }
    client = BufferedPeer(FileDescriptor(rawValue: SessionOrder.Descriptor.client))
    client.descriptor.setClosedOnExec(true)
    conversation =
      switch order.client {
      case .lldb: RemoteConversation(process: order.process)
      case .gdb: RemoteConversation(process: order.process, interruptsBySignal: true)
      case .dap: AdapterConversation()
      }
    do {
      let (ours, theirs) = try FileDescriptor.connectedPair()
      defer { try? theirs.close() }
      let launch = order.launch
      let isOnStreams = launch.place == .standardStreams
      serverProcess = try HelperProcess(
        launch.executable,
        launch.arguments,
        inheriting: isOnStreams ? [] : [theirs],
        conversingOver: isOnStreams ? theirs : nil,
        setting: launch.environment
      )
      server = BufferedPeer(ours)
    } catch let error as SystemError {
      throw error
    } catch {
      throw .call("socketpair", failedWith: error as? Errno ?? .ioError)
    }
  }

  // MARK: The conversation

  private func converse() {
    while !isFinished, server.isOpen {
      wait()
      hearServer()
      hearClient()
      hearControl()
      lookWhetherAttached()
      lookWhetherStoppedAtRestart()
      lookAtTheDoor()
      if let deadline, deadline <= .now { break }
    }
  }

  private func wait() {
    var polled: [pollfd] = []
    func poll(_ descriptor: FileDescriptor, reads: Bool, writes: Bool = false) {
      let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
      guard events != 0 else { return }
      polled.append(pollfd(fd: descriptor.rawValue, events: Int16(events), revents: 0))
    }
    poll(server.descriptor, reads: !client.isFull, writes: server.hasPending)
    if client.isOpen {
      poll(client.descriptor, reads: !server.isFull, writes: client.hasPending)
    }
    if control.isOpen { poll(control.descriptor, reads: true, writes: control.hasPending) }
    if knockedAt == nil, client.isOpen, !doorstep.isShut {
      listeners.forEach { poll($0, reads: true) }
    }
    doorstep.silent.forEach { poll($0, reads: true) }
    let times = [
      isAttached ? nil : Self.attachInterval,
      deadline.map { $0 - .now },
      stoppedAtRestartSince.map { $0 + Self.execPatience - .now },
      client.isOpen ? knockedAt.map { $0 + Self.courtesy - .now } : nil,
      orphanedAt.flatMap { deadline == nil ? $0 + Self.farewell - .now : nil },
      doorstep.rest,
    ]
    let limit = times.compactMap { $0 }.min().map { max(.zero, $0) }
    let milliseconds = limit.map(\.pollTimeout) ?? -1
    _ = unsafe Glibc.poll(&polled, nfds_t(polled.count), milliseconds)
  }

  private func hearServer() {
    server.flush()
    guard !client.isFull else { return }
    guard let bytes = server.read() else { return server.close() }
    if !bytes.isEmpty { perform(conversation.serverSent(bytes)) }
  }

  private func hearClient() {
    client.flush()
    if client.isOpen, !server.isFull {
      if let bytes = client.read() {
        if !bytes.isEmpty { perform(conversation.clientSent(bytes)) }
      } else {
        client.close()
      }
    }
    if !client.isOpen { letGo() }
  }

  /// Once: the client is gone.
  private func letGo() {
    guard deadline == nil, !isFinished else { return }
    deadline = .now + conversation.patience
    perform(conversation.clientIsGone())
  }

  /// The server has nothing to say but that the session is to end, or that it is no more itself.
  private func hearControl() {
    control.flush()
    if let bytes = control.read() {
      if !bytes.isEmpty { letGo() }
      return
    }
    control.close()
    let since = orphanedAt ?? .now
    orphanedAt = since
    if since + Self.farewell <= .now { letGo() }
  }

  private func perform(_ steps: [ConversationStep]) {
    for step in steps {
      switch step {
      case .sendToServer(let bytes): server.send(bytes)
      case .sendToClient(let bytes): client.send(bytes)
      case .interruptProcess: if isTraced { kill(order.process, SIGCONT) }
      case .endServerInput: server.endInput()
      case .finish: isFinished = true
      // gdb takes its time there, for it reads every symbol anew.
      case .tellOfExec: stoppedAtRestartSince = order.client == .lldb ? .now : nil
      case .tellOfResumption: stoppedAtRestartSince = nil
      case .tellOfKill: report(.killRefused)
      }
    }
  }

  // MARK: What else is looked after

  /// By our debugger server, and not by strace(1) or another debugger.
  private var isTraced: Bool { Tracing.isTraced(order.process, by: serverProcess.pid) }

  private func lookWhetherAttached() {
    guard !isAttached, isTraced else { return }
    isAttached = true
    report(.attached)
  }

  private func lookWhetherStoppedAtRestart() {
    guard let since = stoppedAtRestartSince, since + Self.execPatience <= .now else { return }
    stoppedAtRestartSince = nil
    report(.stoppedAtRestart)
  }

  /// Turns other clients away, for the server may be stopped, and cannot.
  private func lookAtTheDoor() {
    if client.isOpen {
      if let knock = knockedAt {
        if knock + Self.courtesy <= .now {
          knockedAt = nil
          doorstep.admitAll(from: listeners) { PeerRule.admits($0) }
        }
      } else if !doorstep.isShut,
        FileDescriptor.waitReadable(listeners, milliseconds: 0).contains(true)
      {
        knockedAt = .now
      }
    }
    for (connection, who) in doorstep.sort() {
      if case .client(let client) = who { report(.refused(client.name)) }
      Refusal.occupied(by: order.client).send(over: connection.take())
    }
  }

  /// Of those that are turned away nobody needs to know each, and there may be any number while the
  /// server is stopped and reads nothing.
  private func report(_ report: SessionReport) {
    if case .refused = report, control.hasPending { return }
    control.send(report.encoded + [UInt8(ascii: "\n")])
  }

  // MARK: The end

  /// Both sides hear the end, and the debugger server is waited for.
  private func end(_ log: RelayLog) {
    client.flush(within: .seconds(1))
    client.close()
    server.close()
    doorstep.clear()
    if !serverProcess.awaitEnd(within: Self.lastPatience) {
      serverProcess.kill()
      _ = serverProcess.collect()
    }
    if !isFinished { resumeProcess() }
    // An adapter tells its client itself why it could not attach.
    if !isAttached, case .lldb = order.client { report(.failed(words: log.lastWords)) }
    if !isAttached, case .gdb = order.client { report(.failed(words: log.lastWords)) }
    control.flush(within: .seconds(1))
  }

  /// A debugger server that dies while it stops threads, one by one with SIGSTOP, leaves the process to
  /// that signal: it stays stopped, and nobody is left to have it go on.
  private func resumeProcess() {
    for _ in 0..<10 {
      if Tracing.isStopped(order.process), !Tracing.isTraced(order.process) {
        kill(order.process, SIGCONT)
      }
      poll(nil, 0, 50)
    }
  }
}
