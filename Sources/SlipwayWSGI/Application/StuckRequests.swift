import SlipwayCore
import SlipwaySystem
import Synchronization
import SystemPackage

/// Answers requests that an application has had for too long, and says where it is stuck.
final class StuckRequests: Sendable {
  private let runtime: PythonRuntime
  private let pool: WorkerPool
  private let limit: Duration
  private let log: @Sendable (String) -> Void
  private let told = Mutex<Set<UInt64>>([])

  init(
    of runtime: PythonRuntime,
    pool: WorkerPool,
    limit: Duration,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.runtime = runtime
    self.pool = pool
    self.limit = limit
    self.log = log
  }

  /// Looks on a thread of its own, which lives as long as the process image.
  func start() throws(Errno) {
    let never = Inbox<Void>()
    try NamedThread.detach("slipway-stuck") { [self] in
      // Ten looks in each limit: a request is told of at most a tenth too late.
      while true {
        _ = never.receive(within: max(.milliseconds(50), limit / 10))
        look()
      }
    }
  }

  private func look() {
    for exchange in pool.running(longerThan: limit) {
      guard told.withLock({ $0.insert(exchange.number).inserted }) else { continue }
      let stack = runtime.callHere("stack", String(exchange.number)).text
      let request = exchange.exchange.request
      log("\(request.method) \(request.target) has been running for more than \(limit):\n\(stack)")
      exchange.exchange.respond(.stuck(limit, stack))
    }
  }
}

extension ErrorPage {
  static func stuck(_ limit: Duration, _ stack: String) -> ErrorPage {
    ErrorPage(
      code: "SW260",
      status: 504,
      title: "The application does not answer",
      message:
        "The application has had the request for more than \(limit), which is the limit here. "
        + "Its thread cannot be stopped, and goes on.",
      remedy: "Look at where it is, or raise `request-timeout`.",
      sections: [.output(heading: "Where the thread is", text: stack)]
    )
  }

  static func queuedTooLong(_ limit: Duration) -> ErrorPage {
    ErrorPage(
      code: "SW261",
      status: 503,
      title: "The application is busy",
      message: "The request waited for more than \(limit) for one of the application's threads.",
      remedy: "Raise `threads` or `queue-timeout`, or find out what keeps the threads.",
      retryAfter: 1
    )
  }
}
