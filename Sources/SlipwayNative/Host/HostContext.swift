import CSlipwayABI
import Logging
import Synchronization

/// What the gateway keeps for one loaded application: who it is, where its log goes, and who waits
/// for its shutdown.
///
/// Registered under a number that stands for it in the interface, where a pointer could dangle. It
/// lives as long as the process image, because nothing that Swift code was loaded from can be
/// unloaded.
final class HostContext: Sendable {
  typealias Log = @Sendable (_ level: Logger.Level, _ label: String, _ message: String) -> Void

  private static let registry = Mutex<[HostContext]>([])

  /// After so many, further mistakes are not logged: one in each request would drown the log.
  private static let mistakeLimit = 100

  let product: String
  let number: UInt64

  private let log: Log
  private let lastLineOfLog = Mutex<String?>(nil)
  private let mistakes = Atomic<Int>(0)
  private let shutdownCompletion = Mutex<(@Sendable () -> Void)?>(nil)

  private init(product: String, number: UInt64, log: @escaping Log) {
    self.product = product
    self.number = number
    self.log = log
  }

  /// Makes and registers the context of an application.
  static func register(product: String, log: @escaping Log) -> HostContext {
    registry.withLock { registry in
      let context = HostContext(product: product, number: UInt64(registry.count), log: log)
      registry.append(context)
      return context
    }
  }

  /// The context of a number, if there is one.
  static func registered(_ number: UInt64) -> HostContext? {
    registry.withLock { registry in
      guard let index = Int(exactly: number), registry.indices.contains(index) else { return nil }
      return registry[index]
    }
  }

  /// The context that a pointer of the interface stands for: its number plus 1, so it is not NULL.
  static func registered(_ pointer: UnsafeMutableRawPointer?) -> HostContext? {
    let bits = UInt64(UInt(bitPattern: pointer))
    return bits == 0 ? nil : registered(bits - 1)
  }

  /// What stands for the context in the interface.
  var pointer: UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(bitPattern: UInt(number) + 1)
  }

  /// The last line that the application logged.
  var lastLine: String? {
    lastLineOfLog.withLock { $0 }
  }

  /// The application logs a line.
  func write(_ level: Logger.Level, label: String, _ message: String) {
    lastLineOfLog.withLock { $0 = message }
    log(level, label, message)
  }

  /// The application broke the rules.
  func report(_ mistake: Mistake) {
    let count = mistakes.add(1, ordering: .relaxed).newValue
    guard count <= Self.mistakeLimit else { return }
    log(.error, "slipway", "The application \(product) \(mistake.message)")
    if count == Self.mistakeLimit {
      log(.error, "slipway", "Further mistakes of the application \(product) are not logged")
    }
  }

  /// Remembers who waits for the shutdown.
  func awaitShutdown(_ completion: @escaping @Sendable () -> Void) {
    shutdownCompletion.withLock { $0 = completion }
  }

  /// The application has shut down.
  func shutdownIsDone() {
    let completion = shutdownCompletion.withLock { completion in
      defer { completion = nil }
      return completion
    }
    guard let completion else { return report(.doneTwice) }
    completion()
  }
}

extension Logger.Level {
  /// What is beyond the known severities counts as the most severe.
  init(_ level: slipway_log_level) {
    switch level {
    case SLIPWAY_LOG_TRACE: self = .trace
    case SLIPWAY_LOG_DEBUG: self = .debug
    case SLIPWAY_LOG_INFO: self = .info
    case SLIPWAY_LOG_NOTICE: self = .notice
    case SLIPWAY_LOG_WARNING: self = .warning
    case SLIPWAY_LOG_ERROR: self = .error
    default: self = .critical
    }
  }
}
