import Glibc

/// A program that runs until the test is done with it, and what it writes.
package final class RunningProgram: Sendable {
  private let pid: pid_t
  private let lines = Monitor<(lines: [String], isOver: Bool)>((lines: [], isOver: false))

  /// - Parameters:
  ///   - command: An absolute path, and what comes behind it.
  ///   - directory: Where it runs.
  package init(_ command: [String], directory: String) throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ServerProcess.Failure(description: String(cString: strerror(errno)))
    }
    pid = try Spawn(
      command: command,
      environment: [:],
      directory: directory,
      descriptors: [(ends[1], 1), (ends[1], 2)]
    )
    .start()
    close(ends[1])
    let (input, lines) = (ends[0], lines)
    startThread("program") {
      guard let file = fdopen(input, "r") else { return }
      var line: UnsafeMutablePointer<CChar>?
      var capacity = 0
      while getline(&line, &capacity, file) > 0, let line {
        let text = String(String(cString: line).prefix { $0 != "\n" })
        lines.update { $0.lines.append(text) }
      }
      free(line)
      fclose(file)
      lines.update { $0.isOver = true }
    }
  }

  deinit {
    kill(pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
  }

  /// Waits for the first line that begins with `prefix`, and returns what follows.
  package func line(after prefix: String) throws -> String {
    let patience = ServerProcess.patience
    let found = lines.wait(atMost: patience) { state -> String?? in
      if let line = state.lines.first(where: { $0.hasPrefix(prefix) }) {
        return .some(String(line.dropFirst(prefix.count)))
      }
      return state.isOver ? .some(nil) : nil
    }
    guard case .some(.some(let rest)) = found else {
      let text = lines.update { $0.lines.joined(separator: "\n") }
      throw ServerProcess.Failure(description: "no line “\(prefix)…”:\n\(text)")
    }
    return rest
  }
}
