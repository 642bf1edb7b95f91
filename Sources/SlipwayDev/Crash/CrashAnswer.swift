import SlipwayCore
import Synchronization

/// The report of the last crash, which takes a moment to be made, and who waits for it.
final class PendingReport: Sendable {
  private enum State {
    case pending([@Sendable (CrashReport, EditorLink?) -> Void])
    case made(CrashReport, EditorLink?)
  }

  private let state = Mutex(State.pending([]))

  /// Calls `receive` with the report, and what links its places: at once, or on the thread that makes
  /// it.
  func whenMade(_ receive: @escaping @Sendable (CrashReport, EditorLink?) -> Void) {
    let made: (CrashReport, EditorLink?)? = state.withLock { state in
      switch state {
      case .made(let report, let editor): return (report, editor)
      case .pending(let waiting):
        state = .pending(waiting + [receive])
        return nil
      }
    }
    if let made { receive(made.0, made.1) }
  }

  /// To be called once.
  func make(_ report: CrashReport, linkedBy editor: EditorLink?) {
    let waiting = state.withLock { state in
      defer { state = .made(report, editor) }
      if case .pending(let waiting) = state { return waiting }
      return []
    }
    for receive in waiting { receive(report, editor) }
  }
}

/// Answers a request that an earlier generation has crashed with, as soon as it is known why.
struct CrashAnswer: Application {
  let report: PendingReport
  let exchange: Crash.Exchange

  func handle(_ exchange: Exchange) {
    let number = self.exchange.number
    report.whenMade { report, editor in
      let page = ErrorPage(report, for: report.exchanges.first { $0.number == number })
      exchange.respond(page.linked(by: editor))
    }
  }
}
