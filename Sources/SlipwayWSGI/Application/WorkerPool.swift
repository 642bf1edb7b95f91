import CSlipwayPython
import SlipwayCore
import SlipwaySystem
import Synchronization
import SystemPackage

/// The threads that run one application's Python code. They live as long as the process image.
final class WorkerPool: Sendable {
  private struct Job: Sendable {
    var exchange: Exchange
    var came = ContinuousClock.now
  }

  private let application: UInt32
  private let queueTimeout: Duration?
  private let queue = JobQueue<Job>()
  private let present: @Sendable (ErrorPage) -> ErrorPage
  private let running = Mutex<[UInt64: WSGIExchange]>([:])

  init(
    application: UInt32,
    threads: Int,
    queueTimeout: Duration?,
    present: @escaping @Sendable (ErrorPage) -> ErrorPage
  ) throws(Errno) {
    self.present = present
    self.application = application
    self.queueTimeout = queueTimeout
    for number in 1...max(1, threads) {
      try NamedThread.detach("slipway-wsgi-\(number)") { [self] in work() }
    }
  }

  func put(_ exchange: Exchange) { queue.put(Job(exchange: exchange)) }

  /// Exchanges that have been with the application for so long, and the requests.
  func running(longerThan limit: Duration) -> [WSGIExchange] {
    let now = ContinuousClock.now
    return running.withLock { $0.values.filter { now - $0.began > limit } }
  }

  private func work() {
    slipway_python_attach()
    while true {
      // While there is work, the interpreter is not let go of in between: it shares itself by the clock.
      if let job = queue.poll() {
        serve(job)
      } else {
        let state = unsafe slipway_python_release()
        let job = queue.take()
        unsafe slipway_python_acquire(state)
        serve(job)
      }
    }
  }

  private func serve(_ job: Job) {
    if let queueTimeout, ContinuousClock.now - job.came > queueTimeout {
      return job.exchange.respond(.queuedTooLong(queueTimeout))
    }
    let exchange = WSGIExchange(job.exchange, present: present)
    exchange.register()
    running.withLock { $0[exchange.number] = exchange }
    let environ = Environ(job.exchange.request).bytes
    unsafe environ.withUnsafeBytes { bytes in
      unsafe slipway_python_serve(
        application,
        exchange.number,
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        bytes.count
      )
    }
    exchange.unregister()
    running.withLock { _ = $0.removeValue(forKey: exchange.number) }
  }
}
