import SlipwaySystem
import Synchronization

extension Toolchain {
  /// Runs a tool that only says something, or writes a file on the side; throws unless it succeeds.
  func print(
    _ path: String,
    _ arguments: some Sequence<String>,
    in request: BuildRequest
  ) async throws(Doubt) -> (output: [String], error: [String]) {
    var child = tool(path, Array(arguments), in: request.packageDirectory)
    // A command of the linker names every object of the product on one line.
    child.lineLimit = 16_000_000
    let lines = Mutex<(output: [String], error: [String])>(([], []))
    let end: ChildProcess.End
    do {
      end = try await child.run { output in
        guard case .line(let line, let stream) = output else { return }
        lines.withLock { lines in
          if stream == .output { lines.output.append(line) } else { lines.error.append(line) }
        }
      }
    } catch {
      throw Doubt(error.message)
    }
    guard end == .exited(0), !Task.isCancelled else { throw Doubt("\(path) did not succeed") }
    return lines.withLock { $0 }
  }

  /// A tool by its path.
  func tool(_ path: String, _ arguments: [String], in directory: String) -> ChildProcess {
    ChildProcess(
      executable: path,
      arguments: arguments,
      environment: environment,
      directory: directory
    )
  }
}
