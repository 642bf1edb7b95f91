import Glibc
import SlipwaySystem
import SystemPackage

/// The watch thread's life: wait for events, take them in, let them settle, report.
///
/// With nothing to poll it sleeps without a timeout: idle, it is never woken.
final class WatchLoop {
  typealias Instant = ContinuousClock.Instant

  private let tree: WatchedTree
  private let state: WatchState
  private let pollInterval: Duration
  private let report: (WatchReport) -> Void
  private var settle: Settle
  private var nextPoll: Instant?

  init(_ tree: WatchedTree, _ state: WatchState, report: @escaping (WatchReport) -> Void) {
    let configuration = tree.configuration
    self.tree = tree
    self.state = state
    self.report = report
    pollInterval = configuration.pollInterval
    settle = Settle(quiet: configuration.quiet, cap: configuration.cap)
  }

  /// Runs until `end` rings.
  func run(until end: WakeUp) {
    var deadline: Instant?
    schedulePoll()
    while wait(until: [deadline, nextPoll].compactMap { $0 }.min(), end) {
      takeEvents()
      pollIfDue()
      if settle.isInBurst { tellOfSave() }
      deadline = settleIfDue()
    }
    state.probe.detach()
    state.clearMark()
  }

  /// Returns false when it is time to end.
  private func wait(until deadline: Instant?, _ end: WakeUp) -> Bool {
    var descriptors = [pollfd(fd: end.descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
    if let tools = tree.tools {
      descriptors.append(pollfd(fd: tools.descriptor.rawValue, events: Int16(POLLIN), revents: 0))
    }
    let timeout = deadline.map { Self.milliseconds(until: $0) } ?? -1
    let result = unsafe poll(&descriptors, nfds_t(descriptors.count), timeout)
    guard result > 0 else { return true }
    if descriptors[0].revents != 0 { return false }
    let broken = Int16(POLLNVAL | POLLERR)
    if descriptors.count > 1, descriptors[1].revents & broken != 0 {
      begin(tree.roots.first?.path)
      tree.needsRenewal = true
    }
    return true
  }

  /// Rounded up, so that the deadline has passed when the wait is over.
  private static func milliseconds(until deadline: Instant) -> Int32 {
    let remaining = max(.zero, ContinuousClock.now.duration(to: deadline))
    return Int32(clamping: Int64((remaining / .milliseconds(1)).rounded(.up)))
  }

  /// Takes in all events there are, after setting the mark: see `WatchState.isUncertain`.
  private func takeEvents() {
    guard let tools = tree.tools, state.isMarked || tools.hasUnread else { return }
    state.setMark()
    do throws(Errno) {
      while let event = try tools.next() {
        if let path = tree.handle(event) { begin(path) } else { settle.noise() }
      }
    } catch {
      // The queue cannot be read: begin again with a new one.
      begin(tree.roots.first?.path)
      tree.needsRenewal = true
    }
  }

  private func pollIfDue() {
    guard let due = nextPoll, ContinuousClock.now >= due else { return }
    if let path = tree.poll() { begin(path) }
    nextPoll = ContinuousClock.now + pollInterval
  }

  /// Something relevant happened.
  private func begin(_ path: String?) {
    state.setMark()
    if settle.touched(at: .now), let path { report(.touched(path)) }
  }

  /// Most bursts are one file, saved whole: whoever can do something with that need not wait.
  private func tellOfSave() {
    guard let changes = tree.save() else { return }
    state.publishNewest(of: tree)
    report(.saved(changes))
  }

  /// Reports if the burst is over. Returns when to look again.
  private func settleIfDue() -> Instant? {
    while true {
      var isHeld = false
      if settle.isDue(at: .now) {
        isHeld = tree.gitLock.isHeld()
        // What git did before it let go of the lock is in the queue now.
        takeEvents()
      }
      switch settle.advance(to: .now, isHeld: isHeld) {
      case .sleep:
        return nil
      case .sleepUntil(let instant):
        return instant
      case .settle:
        let (changes, isAsSaved) = tree.settle()
        state.publish(tree) { report(.settled(changes, asSaved: isAsSaved)) }
        state.clearMark()
        report(.certain)
        schedulePoll()
        return nil
      }
    }
  }

  private func schedulePoll() {
    nextPoll = tree.needsPolling ? nextPoll ?? ContinuousClock.now + pollInterval : nil
  }
}
