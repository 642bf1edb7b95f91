import CSlipwayShims
import Glibc
import SystemPackage

/// A program that runs as a child to its end, its output delivered line by line.
///
/// The child leads a session of its own, starts with an empty signal mask and default
/// dispositions, reads /dev/null, and inherits no other descriptor.
///
/// Why not swift-subprocess: each of its runs awaits an unstructured task on the global executor,
/// so it does not end while the application blocks Swift's cooperative pool.
package struct ChildProcess: Sendable {
  /// An absolute path.
  package var executable: String
  package var arguments: [String]
  package var environment: [String: String]
  /// An absolute path.
  package var directory: String

  /// How long a cancelled child may take to end by itself before everything is killed.
  package var patience: Duration

  /// Of a longer line only that many bytes are kept.
  package var lineLimit = 16_384

  package init(
    executable: String,
    arguments: [String],
    environment: [String: String],
    directory: String,
    patience: Duration = .seconds(1)
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.patience = patience
  }

  /// A part of the child's output.
  package enum Output: Sendable, Equatable {
    case line(String, from: Stream)

    /// The beginning of a line whose end has not come yet; the whole line follows when it has.
    case unfinished(String, from: Stream)
  }

  package enum Stream: Sendable, Hashable, CaseIterable {
    case output, error
  }

  /// How it ended.
  package enum End: Sendable, Hashable {
    case exited(CInt)
    case terminated(signal: CInt)

    /// Somebody else in this process has collected the child, so its status is unknown.
    case lost
  }

  /// Runs the program and waits for it. `receive` is called on one thread of this run's own, in
  /// the order in which output came.
  ///
  /// When the task is cancelled the child gets SIGINT, and what is left of its session after
  /// `patience` is killed. No process of the session is left when this returns, unless the child
  /// ended by itself and left one behind on purpose.
  ///
  /// Works while Swift's cooperative pool is blocked, if the calling task prefers an executor of
  /// its own.
  package func run(
    _ receive: @escaping @Sendable (Output) -> Void
  ) async throws(SystemError) -> End {
    let cancellation: WakeUp
    do {
      cancellation = try WakeUp()
    } catch {
      throw .call("eventfd", failedWith: error)
    }
    let result: Result<End, SystemError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        do throws(Errno) {
          try NamedThread.detach("slipway-child") {
            _ = SignalMask.blockAll()
            continuation.resume(
              returning: Result { () throws(SystemError) in
                var supervision = try ChildSupervision(of: self, cancelledBy: cancellation)
                return supervision.run(receive)
              }
            )
          }
        } catch {
          continuation.resume(returning: .failure(.call("pthread_create", failedWith: error)))
        }
      }
    } onCancel: {
      cancellation.ring()
    }
    return try result.get()
  }

  /// Starts the program. The caller owns what it gets; see `slipway_spawn`.
  func spawn() throws(SystemError) -> slipway_child {
    var child = slipway_child()
    let variables = environment.map { "\($0.key)=\($0.value)" }
    let code = unsafe withCStrings([executable] + arguments) { arguments in
      unsafe withCStrings(variables) { variables in
        unsafe slipway_spawn(&child, executable, arguments, variables, directory)
      }
    }
    guard code == 0 else {
      throw .call("Starting \(executable)", failedWith: Errno(rawValue: code))
    }
    return child
  }
}

/// Calls `body` with a null-terminated array of C strings that live as long as the call.
func withCStrings<Result>(
  _ strings: [String],
  _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe pointers.withUnsafeBufferPointer { buffer in
    // Never nil: the array holds its terminator at least.
    unsafe body(buffer.baseAddress.unsafelyUnwrapped)
  }
}

extension ChildProcess.End {
  /// Waits for a child, and reaps it. Blocks. See waitpid(2), whose status is spelt out here because the
  /// macros that take it apart are not imported.
  init(of pid: pid_t) {
    var status: CInt = 0
    guard (try? Errno.check { unsafe waitpid(pid, &status, 0) }) != nil else {
      self = .lost
      return
    }
    let signal = status & 0x7f
    self = signal == 0 ? .exited((status >> 8) & 0xff) : .terminated(signal: signal)
  }
}
