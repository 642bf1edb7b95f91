import Glibc

/// A program that the test types to, and what it has shown.
package final class InteractiveProgram: Sendable {
  private struct Screen {
    var text = ""
    /// How much of the text waits have passed over.
    var seen = 0
    var isOver = false
  }

  package let pid: Int32
  private let input: Int32
  private let screen = Monitor(Screen())

  /// - Parameters:
  ///   - command: An absolute path, and what comes behind it.
  ///   - environment: Added to that of the tests.
  package init(_ command: [String], environment: [String: String] = [:]) throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ServerProcess.Failure(description: String(cString: strerror(errno)))
    }
    pid = try Spawn(
      command: command,
      environment: environment,
      descriptors: [(ends[1], 0), (ends[1], 1), (ends[1], 2)]
    )
    .start()
    close(ends[1])
    input = ends[0]
    let (output, screen) = (ends[0], screen)
    startThread("program") {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while case let count = Glibc.read(output, &buffer, buffer.count), count > 0 {
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        screen.update { $0.text += text }
      }
      screen.update { $0.isOver = true }
    }
  }

  deinit {
    kill()
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    close(input)
  }

  /// Types a line. A program that is gone does not read it.
  package func type(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = send(input, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  package func kill() { Glibc.kill(pid, SIGKILL) }

  /// Waits for one of `texts` behind what earlier waits have passed over, passes over it, and returns
  /// what came before it.
  @discardableResult
  package func wait(for texts: String...) throws -> String {
    let patience = ServerProcess.patience
    let found = screen.wait(atMost: patience) { screen -> String?? in
      let rest = screen.text.dropFirst(screen.seen)
      let ranges = texts.compactMap { rest.firstRange(of: $0) }
      if let range = ranges.min(by: { $0.lowerBound < $1.lowerBound }) {
        screen.seen += rest.distance(from: rest.startIndex, to: range.upperBound)
        return .some(String(rest[..<range.lowerBound]))
      }
      return screen.isOver ? .some(nil) : nil
    }
    guard case .some(.some(let text)) = found else {
      throw ServerProcess.Failure(description: "no \(texts) in what it shows:\n\(shown)")
    }
    return text
  }

  /// The end of what it has shown.
  package var shown: String { String(screen.update { $0.text }.suffix(6000)) }
}
