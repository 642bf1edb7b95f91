import SlipwaySystem
import Synchronization

/// One compiler or linker, run as SwiftPM would.
struct ReplayJob: Sendable {
  let command: [String]
  let directory: String
  let toolchain: Toolchain

  struct Result: Sendable {
    var end: ChildProcess.End
    var lines: [ChildProcess.Output]
    var took: Duration

    var succeeded: Bool { end == .exited(0) }
  }

  enum Outcome: Sendable {
    case ended(Result)
    case doubtful(Doubt)
  }

  /// What came of it, for those who cannot catch.
  func outcome() async -> Outcome {
    do throws(Doubt) {
      return .ended(try await run())
    } catch {
      return .doubtful(error)
    }
  }

  /// Runs to the end. What it printed comes in one piece, so that jobs which run side by side do not
  /// get into each other's words.
  func run() async throws(Doubt) -> Result {
    let lines = Mutex<[ChildProcess.Output]>([])
    let start = ContinuousClock.now
    do {
      let end = try await toolchain.tool(command[0], Array(command.dropFirst()), in: directory)
        .run { output in
          if case .line = output { lines.withLock { $0.append(output) } }
        }
      return Result(end: end, lines: lines.withLock { $0 }, took: .now - start)
    } catch {
      throw Doubt(error.message)
    }
  }
}
