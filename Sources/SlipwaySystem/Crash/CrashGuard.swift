import CSlipwayShims
import Glibc
import Synchronization
package import SystemPackage

/// Has this process become its next image where its application ends it: by SIGSEGV, SIGBUS, SIGILL,
/// SIGTRAP, SIGFPE, SIGABRT or exit(3), on any thread.
///
/// There is one in the process. What only the kernel sees, SIGKILL and its out-of-memory killer, and
/// `_exit(2)`, ends the process.
package enum CrashGuard {
  /// The environment variables that tell the next image the descriptor of the area that the crash
  /// has left.
  package static let variable = "SLIPWAY_CRASH"

  /// What the next image is to find.
  package struct Setting: Sendable {
    package var area: CrashArea
    /// Its environment, beside what this one has.
    package var variables: [String: String]
    /// Where the user reads.
    package var terminal: FileDescriptor

    package init(area: CrashArea, variables: [String: String], terminal: FileDescriptor) {
      self.area = area
      self.variables = variables
      self.terminal = terminal
    }
  }

  private static let area = Mutex<CrashArea?>(nil)

  /// Remembers a child that is to end with the image: the leader of a session. Any thread.
  static func note(session leader: Int32) { area.withLock { $0 }?.note(session: leader) }

  /// It has ended, and is about to be collected. Any thread.
  static func forget(session leader: Int32) { area.withLock { $0 }?.forget(session: leader) }

  /// Arms the guard, once, for the rest of the image's life. To be called on the main thread.
  package static func arm(_ setting: Setting) throws(SystemError) {
    area.withLock { $0 = setting.area }
    let image = ProcessImage.current
    var variables = setting.variables
    variables[variable] = String(setting.area.descriptor.rawValue)
    // None of it is freed: a handler may need it at any time.
    let arguments = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>
      .allocate(capacity: image.arguments.count + 1)
    _ = unsafe arguments.initialize(from: image.arguments.map { unsafe strdup($0) } + [nil])
    let entries = unsafe ProcessEnvironment.entries(setting: variables)
    let environment = unsafe UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>
      .allocate(capacity: entries.count)
    _ = unsafe environment.initialize(from: entries)
    guard let path = unsafe strdup(image.path), let argv = arguments.baseAddress,
      let envp = environment.baseAddress
    else { throw .call("Arming the crash guard", failedWith: .noMemory) }
    var made = unsafe slipway_guard(
      area: setting.area.area,
      pipe: SignalPipe.writeEnd,
      terminal: setting.terminal.rawValue,
      path: path,
      arguments: argv,
      environment: envp,
      wants_backtracer: wantsBacktracer ? 1 : 0
    )
    guard unsafe slipway_guard_arm(&made) == 0 else {
      throw .call("Arming the crash guard", failedWith: .last)
    }
  }

  /// Whether the user has switched Swift's own backtracer on. By default it runs too, but takes a
  /// second in which nobody is answered, to say what the page of the crash says.
  private static var wantsBacktracer: Bool {
    guard let value = unsafe getenv("SWIFT_BACKTRACE") else { return false }
    let settings = unsafe String(cString: value).lowercased().split(separator: ",")
    let enable = settings.last { $0.hasPrefix("enable=") }?.dropFirst("enable=".count)
    return ["yes", "on", "true", "y", "t", "1", "tty"].contains(enable ?? "no")
  }

  /// Sets which descriptors outlive the image if it crashes: at most 256. One thread at a time.
  package static func keep(_ descriptors: [FileDescriptor]) {
    let numbers = descriptors.map(\.rawValue)
    unsafe slipway_guard_keep(numbers, CInt(clamping: numbers.count))
  }

  /// From now on a crash ends the process, after some seconds in which it may end by itself.
  package static func letEnd() { slipway_guard_let_end() }

  /// Whether a thread has crashed. Any thread.
  package static var hasFired: Bool { slipway_guard_has_fired() != 0 }

  /// Becomes the next image, after a crash. To be called on the main thread.
  package static func execute() -> Never {
    slipway_guard_execute()
    _exit(134)
  }

  /// Says that the calling thread deals with the exchange of a connection while `body` runs.
  @inline(__always)
  package static func withSlot<Result>(_ slot: Int?, _ body: () -> Result) -> Result {
    let before = slipway_guard_set_slot(CInt(truncatingIfNeeded: slot ?? -1))
    defer { _ = slipway_guard_set_slot(before) }
    return body()
  }

  /// Says that the calling thread loads a unit while `body` runs.
  package static func withLoading<Result, Failure: Error>(
    _ unit: Int,
    of area: CrashArea?,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    area?.setLoading(unit, true)
    slipway_guard_set_loading(CInt(clamping: unit))
    defer {
      slipway_guard_set_loading(-1)
      area?.setLoading(unit, false)
    }
    return try body()
  }

  /// Where the other threads of this process are now. Those that do not say so within `limit` are
  /// left out. One thread at a time.
  package static func sampleThreads(within limit: Duration) -> [CrashRecord] {
    // Never given back: a thread may still answer when nobody listens any more.
    let count = SLIPWAY_CRASH_SAMPLES
    let records = UnsafeMutablePointer<slipway_crash>.allocate(capacity: count)
    unsafe records.initialize(repeating: slipway_crash(), count: count)
    let (seconds, attoseconds) = limit.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let answered = unsafe slipway_guard_sample(records, CInt(count), CInt(clamping: milliseconds))
    return (0..<Int(answered)).compactMap { unsafe CrashRecord(records + $0) }
  }
}
