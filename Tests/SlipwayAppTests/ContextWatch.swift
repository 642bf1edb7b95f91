import CSlipwayABI
import Synchronization

/// Stands between an application and the gateway, and notes every object that the application hands
/// over as the context of a callback: each must be gone when the callback has been made.
enum ContextWatch {
  private struct Context: @unchecked Sendable {
    // Sendable because a weak reference may be looked at on any thread.
    weak var object: AnyObject?
  }

  private static let contexts = Mutex<[Context]>([])

  /// The gateway's own functions. Set before the application starts.
  nonisolated(unsafe) private static var host: UnsafePointer<slipway_host>?

  /// How many contexts were handed over, and how many of them still exist.
  static var count: (all: Int, live: Int) {
    contexts.withLock { contexts in
      (contexts.count, contexts.count { $0.object != nil })
    }
  }

  /// A table like `host` whose functions take note.
  static func table(before host: UnsafePointer<slipway_host>) -> UnsafePointer<slipway_host> {
    self.host = host
    let table = UnsafeMutablePointer<slipway_host>.allocate(capacity: 1)
    table.initialize(to: host.pointee)
    table.pointee.read = { exchange, maximum, callback, context in
      ContextWatch.note(context)
      ContextWatch.host?.pointee.read(exchange, maximum, callback, context)
    }
    table.pointee.write = { exchange, bytes, callback, context in
      ContextWatch.note(context)
      ContextWatch.host?.pointee.write(exchange, bytes, callback, context)
    }
    table.pointee.when_gone = { exchange, callback, context in
      ContextWatch.note(context)
      ContextWatch.host?.pointee.when_gone(exchange, callback, context)
    }
    return UnsafePointer(table)
  }

  private static func note(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let object = Unmanaged<AnyObject>.fromOpaque(context).takeUnretainedValue()
    contexts.withLock { $0.append(Context(object: object)) }
  }
}
