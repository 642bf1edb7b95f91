import CSlipwayShims
import Glibc
import SystemPackage

/// Where the main thread waits: for signals, and for orders of other threads. Both are bytes in
/// one pipe, so that the wait has no race between the two.
///
/// There is one in the process, made before any other thread.
///
/// Why not swift-service-lifecycle: it delivers signals to tasks on the global executor, whose
/// threads the application may block.
package struct SignalPipe: Sendable {
  /// What woke the main thread.
  package enum Wake: Sendable, Equatable {
    case signal(CInt)
    /// `wake()` was called.
    case order
    /// A thread has crashed: see `CrashGuard`.
    case crash
  }

  private static let handled: [CInt] = [SIGINT, SIGTERM, SIGHUP]
  private static let order: UInt8 = 0
  private static let crash = UInt8(SLIPWAY_CRASH_BYTE)

  /// The descriptors of the process's one pipe, for those who have no `SignalPipe`.
  private static let readEndInUse = AtomicDescriptor()
  private static let writeEndInUse = AtomicDescriptor()

  private let readEnd: FileDescriptor
  private let writeEnd: FileDescriptor

  /// Handles SIGINT, SIGTERM and SIGHUP from now on, ignores SIGPIPE, and unblocks what the
  /// previous generation has blocked, so that what arrived in between is not lost.
  ///
  /// A SIGHUP that is ignored stays so: see nohup(1).
  package init() throws(SystemError) {
    var ends: [CInt] = [0, 0]
    do {
      _ = try Errno.check { unsafe pipe(&ends) }
    } catch {
      throw .call("pipe", failedWith: error)
    }
    readEnd = FileDescriptor(rawValue: ends[0])
    writeEnd = FileDescriptor(rawValue: ends[1])
    readEnd.setClosedOnExec(true)
    writeEnd.setClosedOnExec(true)
    _ = fcntl(writeEnd.rawValue, F_SETFL, O_NONBLOCK)
    Self.readEndInUse.store(readEnd.rawValue)
    Self.writeEndInUse.store(writeEnd.rawValue)
    slipway_note_ignored_signals()
    _ = signal(SIGPIPE, SIG_IGN)
    for signal in Self.handled { _ = slipway_signal_to_pipe(signal, writeEnd.rawValue) }
    SignalMask.unblockAll()
  }

  /// Blocks until a signal has come or `wake()` has been called.
  package func wait() -> Wake {
    var byte: UInt8 = 0
    let count = try? Errno.check { unsafe read(readEnd.rawValue, &byte, 1) }
    guard count == 1, byte != Self.order else { return .order }
    if byte == Self.crash { return .crash }
    return .signal(CInt(byte))
  }

  /// Makes `wait()` return. Any thread may call this.
  package func wake() {
    Self.write(Self.order, to: writeEnd.rawValue)
  }

  /// Turns signals that are in the pipe into signals that wait for the calling thread, which has
  /// blocked them: there they outlive execve(2), and here a replacement that fails.
  static func returnUnheard() {
    let readEnd = FileDescriptor(rawValue: readEndInUse.load())
    var hasOrder = false
    while readEnd.rawValue >= 0, FileDescriptor.waitReadable([readEnd], milliseconds: 0) == [true] {
      var byte: UInt8 = 0
      guard unsafe read(readEnd.rawValue, &byte, 1) == 1 else { break }
      switch byte {
      case order: hasOrder = true
      // The image is being replaced as it is.
      case crash: break
      default: pthread_kill(pthread_self(), CInt(byte))
      }
    }
    if hasOrder { write(order, to: writeEndInUse.load()) }
  }

  /// Where orders are given.
  static var writeEnd: CInt { writeEndInUse.load() }

  private static func write(_ byte: UInt8, to descriptor: CInt) {
    var byte = byte
    unsafe _ = Glibc.write(descriptor, &byte, 1)
  }
}
