import SlipwayCore
import Synchronization

/// The report of the last crash, which takes a moment to be made, and who waits for it.
final class PendingReport: Sendable {
  private enum State {
    case pending([@Sendable (CrashReport) -> Void])
    case made(CrashReport)
  }

  private let state = Mutex(State.pending([]))

  /// Calls `receive` with the report: at once, or on the thread that makes it.
  func whenMade(_ receive: @escaping @Sendable (CrashReport) -> Void) {
    let made: CrashReport? = state.withLock { state in
      switch state {
      case .made(let report): return report
      case .pending(let waiting):
        state = .pending(waiting + [receive])
        return nil
      }
    }
    if let made { receive(made) }
  }

  /// To be called once.
  func make(_ report: CrashReport) {
    let waiting = state.withLock { state in
      defer { state = .made(report) }
      if case .pending(let waiting) = state { return waiting }
      return []
    }
    for receive in waiting { receive(report) }
  }
}

/// Answers a request that an earlier generation has crashed with, as soon as it is known why.
struct CrashAnswer: Application {
  let report: PendingReport
  let exchange: Crash.Exchange

  func handle(_ exchange: Exchange) {
    let number = self.exchange.number
    report.whenMade { report in
      exchange.respond(ErrorPage(report, for: report.exchanges.first { $0.number == number }))
    }
  }
}
