import Glibc
import SlipwayCore
import SlipwaySystem

extension CrashReport {
  /// How much of standard error is shown.
  private static let lineLimit = 30

  /// What can be told at once; backtraces have no names yet.
  init(_ crash: Crash) {
    let printed = String(decoding: crash.printed, as: UTF8.self)
    let first = crash.threads.first
    message = first.flatMap { $0.canSpeak ? CrashMessage(in: printed) : nil }
    cause = first?.cause ?? "The application has ended the process."
    title = message?.text ?? first?.shortTitle ?? "It ended"
    generation = crash.generation
    let moment = first?.realtime ?? UInt64(clamping: WallClock.nanoseconds)
    time =
      WallTime(
        seconds: Int(clamping: moment / 1_000_000_000),
        milliseconds: Int(moment / 1_000_000 % 1000)
      )
      .rfc3339
    backtraces = crash.threads.map { thread in
      Backtrace(
        thread: thread.thread,
        threadName: thread.threadName,
        cause: thread.shortCause,
        frames: thread.frames.map { Backtrace.Frame(address: $0) }
      )
    }
    self.printed = printed.split(separator: "\n", omittingEmptySubsequences: false)
      .suffix(Self.lineLimit).joined(separator: "\n")
    let slot = first?.slot
    exchanges = crash.exchanges.map { exchange in
      Exchange(
        request: exchange.request,
        number: exchange.number,
        id: SlipwayCore.Exchange.requestID(exchange.number, generation: crash.generation),
        milliseconds: Int(
          clamping: (crash.time > exchange.begun ? crash.time - exchange.begun : 0) / 1_000_000
        ),
        isCulprit: exchange.slot == slot
      )
    }
    exchanges.sort { $0.isCulprit && !$1.isCulprit }
  }
}

extension CrashRecord {
  /// Whether a runtime may have said why. Faults come without a word.
  fileprivate var canSpeak: Bool {
    switch kind {
    case .signal(SIGSEGV, _, _), .signal(SIGBUS, _, _), .signal(SIGFPE, _, _), .exit, .sample: false
    case .signal: true
    }
  }

  fileprivate var shortTitle: String {
    switch kind {
    case .exit: "exit() was called"
    case .sample: "It runs"
    case .signal(SIGSEGV, _, _) where isStackOverflow: "Stack overflow"
    case .signal(SIGSEGV, _, _): "Segmentation fault"
    case .signal(SIGBUS, _, _): "Bus error"
    case .signal(SIGILL, _, _): "Illegal instruction"
    case .signal(SIGFPE, _, _): "Arithmetic exception"
    case .signal(SIGABRT, _, _): "Aborted"
    case .signal: "Trap"
    }
  }
}

extension Crash {
  /// What was printed and never shown: the words of the crash, nearly always.
  mutating func addLastWords(in streams: OutputStreams) {
    while streams.error.collect() {}
    printed += streams.error.journaled()
  }
}
