import Glibc
import SlipwaySystem
import Synchronization
import SystemPackage

/// What the application prints, as events: whole lines, with the name of the mount, in order.
///
/// A thread of its own moves bytes from the pipes into their journals, posts the lines, waits until
/// they are shown, and only then takes them out. So nothing is lost, however the image ends: the
/// next generation goes on with what it finds, and after a death the guard does. What is shown twice
/// at worst is what was being shown at that moment. Whoever prints faster than it is shown waits, as
/// on a terminal.
final class ApplicationOutput: Sendable {
  private struct State {
    var isFrozen = false
    /// The streams that have a writer.
    var open: Set<DevEvent.OutputStream> = [.standardOutput, .standardError]
    /// Bytes at the beginning of a journal whose lines are posted and perhaps not shown yet.
    var posted: [DevEvent.OutputStream: Int] = [:]
  }

  /// Portions that are shown before a restart; what is left then is shown after it.
  private static let portionsBeforeRestart = 64

  /// How long a restart waits for a terminal that takes nothing: what has not been shown by then,
  /// the next generation shows.
  private static let patience = Duration.seconds(2)

  let streams: OutputStreams
  let source: String
  /// Whether standard output goes elsewhere than the events, and there as it is.
  let passesOutput: Bool

  private let events = Mutex<EventStream?>(nil)
  private let state = Mutex(State())
  /// When that patience ends, in nanoseconds of the monotonic clock; 0 while there is no hurry.
  private let deadline = Atomic<UInt64>(0)
  private let wakeUp: WakeUp
  /// Where the end of standard error is kept, for the page of a crash.
  private let memory = Mutex<Memory?>(nil)

  private struct Memory {
    var area: CrashArea
    /// Bytes that come first, and were printed by earlier generations.
    var foreign: Int
  }

  init(
    _ streams: OutputStreams,
    source: String,
    passesOutput: Bool
  ) throws(SystemError) {
    do throws(Errno) {
      wakeUp = try WakeUp()
    } catch {
      throw .call("eventfd", failedWith: error)
    }
    self.streams = streams
    self.source = source
    self.passesOutput = passesOutput
  }

  /// Starts the thread, which lives until the image ends. Returns whether it could be started.
  func start(_ events: EventStream) -> Bool {
    self.events.withLock { $0 = events }
    return NamedThread.detachSignalFree("slipway-output") { [self] in
      while true {
        wait()
        state.withLock { state in
          guard !state.isFrozen else { return }
          for stream in DevEvent.OutputStream.allCases { _ = show(stream, &state) }
        }
      }
    }
  }

  /// From now on the end of what this generation prints on standard error is kept there. To be
  /// called before it prints anything, and before `start`.
  func remember(in area: CrashArea) {
    while streams.error.collect() {}
    let foreign = streams.error.journaled().count
    memory.withLock { $0 = Memory(area: area, foreign: foreign) }
  }

  private func note(printed bytes: ArraySlice<UInt8>) {
    memory.withLock { memory in
      let own = bytes.dropFirst(memory?.foreign ?? 0)
      memory?.foreign -= bytes.count - own.count
      memory?.area.note(printed: own)
    }
  }

  /// Shows what has been printed and leaves the rest to the next generation, until `resume`. With
  /// the last line, whether it has an end or not. Any thread.
  func freeze() {
    OutputStreams.flush()
    let (seconds, _) = Self.patience.components
    let end = MonotonicClock.nanoseconds + UInt64(seconds) * 1_000_000_000
    deadline.store(end, ordering: .relaxed)
    state.withLock { state in
      guard !state.isFrozen else { return }
      state.isFrozen = true
      for stream in DevEvent.OutputStream.allCases { finish(stream, &state) }
    }
    wakeUp.ring()
  }

  /// Goes on after a restart that did not happen.
  func resume() {
    deadline.store(0, ordering: .relaxed)
    state.withLock { $0.isFrozen = false }
    wakeUp.ring()
  }

  /// Shows everything, and lets descriptors 1 and 2 go where they went before: for the end.
  func end() {
    freeze()
    streams.restore()
  }

  // MARK: - Under the lock

  private func wait() {
    let open = state.withLock { $0.isFrozen ? [] : $0.open }
    var wanted = [pollfd(fd: wakeUp.descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
    for stream in DevEvent.OutputStream.allCases {
      let descriptor = open.contains(stream) ? streams[stream].pipe.rawValue : -1
      wanted.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    poll(&wanted, nfds_t(wanted.count), -1)
    if wanted[0].revents != 0 { wakeUp.silence() }
    // The application has closed its own 1 or 2: there is nothing to wait for.
    for (index, stream) in DevEvent.OutputStream.allCases.enumerated()
    where wanted[index + 1].revents & Int16(POLLIN | POLLHUP) == Int16(POLLHUP) {
      _ = state.withLock { $0.open.remove(stream) }
    }
  }

  private enum Progress {
    case nothing, shown, stuck
  }

  /// Shows the lines of one portion.
  private func show(_ kind: DevEvent.OutputStream, _ state: inout State) -> Progress {
    let stream = streams[kind]
    if state.posted[kind] != nil { return settle(kind, &state) ? .shown : .stuck }
    let hasMore = stream.collect()
    let bytes = stream.journaled()
    let cut = OutputLines(bytes)
    guard !cut.lines.isEmpty else { return hasMore ? .shown : .nothing }
    if kind == .standardOutput, passesOutput {
      let passed = pass(bytes[..<cut.restStart])
      stream.keep(bytes[passed...])
      return passed == cut.restStart ? .shown : .stuck
    }
    post(cut.lines, of: kind)
    state.posted[kind] = cut.restStart
    return settle(kind, &state) ? .shown : .stuck
  }

  /// Shows what there is, and the line that has no end yet.
  private func finish(_ kind: DevEvent.OutputStream, _ state: inout State) {
    for _ in 0..<Self.portionsBeforeRestart {
      switch show(kind, &state) {
      case .shown: continue
      case .stuck: return
      case .nothing:
        let stream = streams[kind]
        let rest = stream.journaled()
        guard !rest.isEmpty else { return }
        if kind == .standardOutput, passesOutput {
          stream.keep(rest[pass(rest[...])...])
        } else {
          post([String(decoding: rest, as: UTF8.self)], of: kind)
          state.posted[kind] = rest.count
          _ = settle(kind, &state)
        }
        return
      }
    }
  }

  private func post(_ lines: [String], of stream: DevEvent.OutputStream) {
    events.withLock { $0 }?
      .post(.applicationOutput(stream: stream, source: source, lines: lines))
  }

  /// Waits until what is posted is shown, and takes it out of the journal. Returns whether it is:
  /// always, unless there is a hurry.
  private func settle(_ kind: DevEvent.OutputStream, _ state: inout State) -> Bool {
    guard let events = events.withLock({ $0 }), let count = state.posted[kind] else { return false }
    while !events.flush(within: .milliseconds(100)) {
      if isHurried { return false }
    }
    let journal = streams[kind].journaled()
    if kind == .standardError { note(printed: journal.prefix(count)) }
    streams[kind].keep(journal.dropFirst(count))
    state.posted[kind] = nil
    return true
  }

  private var isHurried: Bool {
    let deadline = deadline.load(ordering: .relaxed)
    return deadline != 0 && MonotonicClock.nanoseconds >= deadline
  }

  /// Writes bytes to where standard output went. Returns how many are written: all of them, unless
  /// there is a hurry; an output that nobody reads any more takes everything.
  private func pass(_ bytes: ArraySlice<UInt8>) -> Int {
    var rest = bytes
    while !rest.isEmpty {
      var wanted = pollfd(
        fd: streams.output.terminal.rawValue,
        events: Int16(POLLOUT),
        revents: 0
      )
      let isReady = poll(&wanted, 1, 200) > 0
      if !isReady {
        if isHurried { return rest.startIndex }
        continue
      }
      // A pipe that is writable takes so many bytes without blocking: pipe(7).
      let count = rest.prefix(Int(PIPE_BUF))
        .withUnsafeBytes {
          write(streams.output.terminal.rawValue, $0.baseAddress, $0.count)
        }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR, errno != EAGAIN {
        return bytes.endIndex
      }
    }
    return rest.startIndex
  }
}

extension OutputStreams {
  fileprivate subscript(stream: DevEvent.OutputStream) -> Stream {
    switch stream {
    case .standardOutput: output
    case .standardError: error
    }
  }
}
