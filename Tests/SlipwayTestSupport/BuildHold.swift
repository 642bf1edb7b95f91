import Glibc

/// A build that stands still in the middle of a source until the test lets it go on: the source
/// includes a named pipe.
package struct BuildHold: Sendable {
  private let pipe: String

  /// Makes the pipe, anew if there is one.
  package init(pipe: String) throws {
    self.pipe = pipe
    unlink(pipe)
    guard mkfifo(pipe, 0o600) == 0 else {
      throw ServerProcess.Failure(description: "\(pipe): \(String(cString: strerror(errno)))")
    }
  }

  /// What the source has to say in place of its text.
  package var source: String { "#include \"\(pipe)\"\n" }

  /// Waits until the compiler has come to the pipe. The build stands until `release` is called on
  /// the result, or it goes.
  package func untilReached() throws -> Reached {
    // Opening for writing fails as long as nobody reads; nothing tells when somebody begins to.
    for _ in 0..<ServerProcess.patience * 200 {
      let descriptor = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 { return Reached(descriptor: descriptor) }
      usleep(5000)
    }
    throw ServerProcess.Failure(description: "no compiler reads \(pipe)")
  }

  /// A build that stands.
  package struct Reached: ~Copyable {
    fileprivate let descriptor: Int32

    /// Lets the build go on with this in place of the pipe.
    package consuming func release(_ text: String) {
      var text = text
      _ = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Lets go of the pipe.
    package consuming func drop() {}

    deinit { close(descriptor) }
  }
}
