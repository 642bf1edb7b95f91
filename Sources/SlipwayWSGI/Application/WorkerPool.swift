import CSlipwayPython
import SlipwayCore
import SlipwaySystem
import SystemPackage

/// The threads that run one application's Python code. They live as long as the process image.
final class WorkerPool: Sendable {
  private struct Job: Sendable {
    var exchange: Exchange
    var came = ContinuousClock.now
  }

  private let interpreter: InterpreterPointer
  /// Its number in the interpreter.
  private let application: UInt32
  private let queueTimeout: Duration?
  private let queue = JobQueue<Job>()
  private let present: @Sendable (ErrorPage) -> ErrorPage

  init(
    of runtime: PythonRuntime,
    application: UInt32,
    threads: Int,
    queueTimeout: Duration?,
    present: @escaping @Sendable (ErrorPage) -> ErrorPage
  ) throws(Errno) {
    self.present = present
    interpreter = runtime.pointer
    self.application = application
    self.queueTimeout = queueTimeout
    for number in 1...max(1, threads) {
      try NamedThread.detach("slipway-wsgi-\(number)") { [self] in work() }
    }
  }

  func put(_ exchange: Exchange) {
    guard queue.put(Job(exchange: exchange)) else { return }
    // What else this turn of the event loop brings is in the queue by then, and needs no other call.
    exchange.inNextTurn { [queue] in queue.callOne() }
  }

  /// Exchanges that have been with the application for so long, and the requests.
  func running(longerThan limit: Duration) -> [WSGIExchange] {
    WSGIExchange.running(of: ObjectIdentifier(self), longerThan: limit)
  }

  private func work() {
    unsafe slipway_python_attach(interpreter.value)
    var wasCalled = false
    var environ = Environ()
    while true {
      // While there is work, the interpreter is not let go of in between: it shares itself by the clock.
      if let job = queue.poll(wasCalled) {
        wasCalled = false
        serve(job, &environ)
      } else {
        let state = unsafe slipway_python_release()
        queue.sleep()
        wasCalled = true
        unsafe slipway_python_acquire(state)
      }
    }
  }

  private func serve(_ job: Job, _ environ: inout Environ) {
    if let queueTimeout, ContinuousClock.now - job.came > queueTimeout {
      return job.exchange.respond(.queuedTooLong(queueTimeout))
    }
    let exchange = WSGIExchange(job.exchange, of: ObjectIdentifier(self), present: present)
    exchange.register()
    environ.describe(job.exchange.request)
    let bytes = unsafe environ.texts.bytes
    unsafe slipway_python_serve(
      interpreter.value,
      application,
      exchange.number,
      bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
      bytes.count
    )
    exchange.unregister()
  }
}
