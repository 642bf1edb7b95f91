import SlipwayCore
import SlipwaySystem
import Synchronization
import SystemPackage

/// The process that speaks HTTPS and HTTP/2 for the server, as the server sees it: started, started
/// again when it dies, and handed from generation to generation.
///
/// It outlives restarts, and so do the TLS connections in it. The listening sockets are the server's:
/// they stay open when it dies, and connections wait.
package final class Front: Sendable {
  /// What the next generation needs to know of it.
  package struct Handoff: Codable {
    /// What the process was told; the next generation keeps it if it would say the same.
    var order: FrontOrder
    var listeners: [Int32]
    /// nil if it has died, and is to be started again.
    var process: Int32?
    var control: Int32?
    var backend: Int32
  }

  /// Between the deaths of one that does not live long.
  private static let firstDelay = Duration.milliseconds(100)
  private static let longestDelay = Duration.seconds(5)
  /// One that has lived that long has not died of its beginning.
  private static let longLife = Duration.seconds(10)
  /// How long the first report may take: that of a new certificate authority included.
  private static let patience = Duration.seconds(20)

  private enum Phase {
    case watching
    /// The image is about to be replaced: nothing is started any more.
    case suspended
    case stopped
  }

  private struct State {
    var phase = Phase.watching
    var child: FrontChild?
  }

  private let setting: FrontSetting
  /// Where relayed connections arrive; kept over restarts.
  let backend: FileDescriptor
  private let events: EventStream
  private let wakeUp: WakeUp
  private let state: Mutex<State>
  private let thread = Mutex<NamedThread?>(nil)
  private let changeAction = Mutex<(@Sendable () -> Void)?>(nil)

  /// Goes on with what the previous generation had, if it is what is wanted, or starts anew.
  ///
  /// Blocks until the process serves.
  /// - Parameter isStart: Whether what cannot be started ends the server. Later, when a new
  ///   configuration asks for HTTPS for example, it is told of and tried again.
  /// - Throws: why HTTPS cannot be spoken.
  init(
    _ setting: FrontSetting,
    inheriting inherited: Handoff?,
    isStart: Bool,
    events: EventStream
  ) throws {
    self.setting = setting
    self.events = events
    wakeUp = try WakeUp()
    if let inherited {
      backend = FileDescriptor(rawValue: inherited.backend)
      backend.setClosedOnExec(true)
    } else {
      backend = try PrivateSocket.listen()
    }
    var child = inherited.flatMap(Self.child)
    if let kept = child, let inherited, !Self.fits(inherited, setting, backend) {
      _ = kept.end()
      child = nil
    }
    if child == nil, isStart {
      let first = try FrontChild(setting, backend: backend)
      try Self.awaitServing(first, events)
      child = first
    }
    state = Mutex(State(child: child))
    let watching = try NamedThread("slipway-front") { [self] in watch() }
    thread.withLock { $0 = watching }
  }

  /// Ends what the previous generation had where none is wanted any more.
  static func end(_ handoff: Handoff) {
    if let child = child(of: handoff) { _ = child.end() }
    try? FileDescriptor(rawValue: handoff.backend).close()
  }

  /// For the handoff. From now on nothing is started, until `resume`. Any thread.
  func suspend() -> Handoff {
    let child = state.withLock { state in
      state.phase = .suspended
      return state.child
    }
    wakeUp.ring()
    return handoff(child)
  }

  /// What the next generation would have to know if this one ended now. Any thread.
  var handoff: Handoff { handoff(state.withLock(\.child)) }

  /// Has `action` called, on a thread of ours, whenever `handoff` has changed.
  func onChange(_ action: @escaping @Sendable () -> Void) {
    changeAction.withLock { $0 = action }
  }

  private func handoff(_ child: FrontChild?) -> Handoff {
    Handoff(
      order: setting.order(backend: backend),
      listeners: setting.listeners.map(\.rawValue),
      process: child?.process.pid,
      control: child?.control.rawValue,
      backend: backend.rawValue
    )
  }

  /// The image could not be replaced. Any thread.
  func resume() {
    state.withLock { if $0.phase == .suspended { $0.phase = .watching } }
    wakeUp.ring()
  }

  /// Ends the process. Not to be called on the thread that watches it.
  func stop() {
    state.withLock { $0.phase = .stopped }
    wakeUp.ring()
    let watching = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    watching?.join()
    let child = state.withLock { state in
      defer { state.child = nil }
      return state.child
    }
    _ = child?.end()
  }

  // MARK: Watching

  private func watch() {
    var lines = LineSplitter()
    var deaths = 0
    /// Why the last one could not serve: told once, and its end is no news.
    var failure: FrontReport?
    var hasFailed = false
    /// Why the last one could not be started: told once as well.
    var obstacle: String?
    while true {
      let (phase, child) = state.withLock { ($0.phase, $0.child) }
      switch (phase, child) {
      case (.stopped, _):
        return
      case (.suspended, _):
        wait(for: nil, within: nil)
      case (.watching, let child?):
        guard wait(for: child.control, within: nil) else { continue }
        if let reports = child.read(into: &lines) {
          for report in reports {
            if report.kind == .serving { failure = nil }
            if report.kind == .failed { hasFailed = true }
            if report.kind != .failed || report != failure { Self.tell(report, events) }
            if report.kind == .failed { failure = report }
          }
        } else {
          lines = LineSplitter()
          deaths = child.began + Self.longLife < .now ? 0 : deaths + 1
          if let end = bury(child), !hasFailed { events.post(.problem(FrontError.ended(end))) }
          hasFailed = false
        }
      case (.watching, nil):
        // At once, then ever more slowly.
        let delay = Self.firstDelay * (1 << max(0, min(deaths - 1, 6)))
        if deaths > 0 { wait(for: nil, within: min(delay, Self.longestDelay)) }
        deaths += 1
        let error = startAgain()
        changeAction.withLock { $0 }?()
        if let error, error.message != obstacle { events.post(.problem(error)) }
        obstacle = error?.message
      }
    }
  }

  /// How it ended; nil if the next generation is to find that out.
  private func bury(_ child: FrontChild) -> HelperProcess.End? {
    // Under the lock: a suspension hands over the child, or knows that there is none.
    state.withLock { state in
      guard state.phase == .watching else { return nil }
      state.child = nil
      return child.end()
    }
  }

  /// Returns why it does not start.
  private func startAgain() -> FrontError? {
    state.withLock { state in
      guard state.phase == .watching else { return nil }
      do throws(FrontError) {
        state.child = try FrontChild(setting, backend: backend)
        return nil
      } catch {
        return error
      }
    }
  }

  /// Waits for a report, a ring or the end of the time. Whether there is a report.
  @discardableResult
  private func wait(for control: FileDescriptor?, within limit: Duration?) -> Bool {
    let ready = FileDescriptor.waitReadable(
      [wakeUp.descriptor] + (control.map { [$0] } ?? []),
      milliseconds: limit.map { Int32(clamping: $0.wholeMilliseconds) } ?? -1
    )
    wakeUp.silence()
    return ready.count == 2 && ready[1]
  }

  // MARK: Parts

  private static func child(of handoff: Handoff) -> FrontChild? {
    guard let process = handoff.process, let control = handoff.control else { return nil }
    return FrontChild(
      inherited: HelperProcess(pid: process),
      control: FileDescriptor(rawValue: control)
    )
  }

  private static func fits(
    _ handoff: Handoff,
    _ setting: FrontSetting,
    _ backend: FileDescriptor
  ) -> Bool {
    handoff.order == setting.order(backend: backend)
      && handoff.listeners == setting.listeners.map(\.rawValue)
  }

  private static func awaitServing(_ child: FrontChild, _ events: EventStream) throws(FrontError) {
    var lines = LineSplitter()
    let deadline = ContinuousClock.now + patience
    while true {
      let rest = Int32(clamping: (deadline - .now).wholeMilliseconds)
      guard rest > 0,
        FileDescriptor.waitReadable([child.control], milliseconds: rest) == [true],
        let reports = child.read(into: &lines)
      else {
        let end = child.end()
        throw .notStarted(because: rest > 0 ? "it ends at once (\(end))" : "it does not answer")
      }
      for report in reports {
        switch report.kind {
        case .serving: return
        case .failed:
          _ = child.end()
          throw FrontError(report)
        case .problem, .notice, .good: tell(report, events)
        }
      }
    }
  }

  private static func tell(_ report: FrontReport, _ events: EventStream) {
    switch report.kind {
    case .serving, .good: break
    case .failed, .problem: events.post(.problem(FrontError(report)))
    case .notice:
      events.post(.applicationLog(level: .notice, label: "https", message: report.message))
    }
  }
}
