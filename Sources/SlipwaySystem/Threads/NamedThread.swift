import CSlipwayShims
import Glibc
package import SystemPackage

/// A thread of the operating system, for work that blocks or that must not depend on Swift's
/// cooperative pool, which the application shares with the server and may block. See pthreads(7).
///
/// Signal mask and priority are those of the thread that starts it.
package struct NamedThread: Sendable {
  // pthread_t is an integer here.
  private let thread: pthread_t

  /// Starts a thread that runs `body` and is to be joined. `body` is released before it can be.
  ///
  /// Tools show the first 15 bytes of the name. Throws EAGAIN if the system has no room for one
  /// more thread.
  package init(_ name: String, _ body: sending @escaping () -> Void) throws(Errno) {
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    let result = unsafe pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      },
      start.toOpaque()
    )
    guard result == 0 else {
      unsafe start.release()
      throw Errno(rawValue: result)
    }
    self.thread = thread
  }

  /// Starts a thread that nobody waits for.
  package static func detach(
    _ name: String,
    _ body: sending @escaping () -> Void
  ) throws(Errno) {
    pthread_detach(try NamedThread(name, body).thread)
  }

  /// Whether this is the calling thread.
  package var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

  /// Waits until the thread has ended. To be called once.
  package func join() {
    _ = pthread_join(thread, nil)
  }

  private final class Start {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      unsafe slipway_name_thread(name)
      body()
    }
  }
}
