import SlipwaySystem
import Synchronization
import SystemPackage

/// What other threads want of the main thread, which is parked for the time being: only it may
/// replace the process image.
///
/// Once the end has been announced the image is not replaced any more: the next generation would
/// know nothing of it, and go on serving.
final class MainThread: Sendable {
  /// One order.
  enum Order: Sendable {
    case replaceImage(Replacement)
    case exit(Int32)
  }

  /// How the next generation is to be started.
  struct Replacement: Sendable {
    /// Descriptors that stay open, the handoff record's among them.
    var kept: [FileDescriptor]
    var variables: [String: String]
    /// Called on the main thread if the image could not be replaced.
    var onFailure: @Sendable (SystemError) -> Void
  }

  private let pipe: SignalPipe
  private let state = Mutex(State())

  private struct State {
    var orders: [Order] = []
    var isEnding = false
  }

  init(pipe: SignalPipe) {
    self.pipe = pipe
  }

  /// Any thread may call this.
  func give(_ order: Order) {
    state.withLock { $0.orders.append(order) }
    pipe.wake()
  }

  /// The process is about to end. Returns whether that is news. Any thread.
  func announceEnd() -> Bool {
    state.withLock { state in
      defer { state.isEnding = true }
      return !state.isEnding
    }
  }

  /// Parks the main thread until it is ordered to exit. Returns the exit code. `onCrash` replaces
  /// the image.
  func park(onCrash: () -> Never, onSignal: (CInt) -> Void) -> Int32 {
    while true {
      switch pipe.wait() {
      case .signal(let number): onSignal(number)
      case .crash: onCrash()
      case .order: break
      }
      for order in takeOrders() {
        switch order {
        case .exit(let code):
          return code
        case .replaceImage(let replacement):
          do throws(SystemError) {
            try ProcessImage.current.replace(
              keeping: replacement.kept,
              setting: replacement.variables
            )
          } catch {
            replacement.onFailure(error)
          }
        }
      }
    }
  }

  private func takeOrders() -> [Order] {
    state.withLock { state in
      defer { state.orders = [] }
      return state.orders.filter { !state.isEnding || !$0.isReplacement }
    }
  }
}

extension MainThread.Order {
  fileprivate var isReplacement: Bool {
    if case .replaceImage = self { true } else { false }
  }
}
