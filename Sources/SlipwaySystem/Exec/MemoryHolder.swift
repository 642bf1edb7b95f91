import CSlipwayShims

/// The process that keeps the memory of a process image for the moment in which the next one begins, so
/// that this need not wait until it is freed.
package struct MemoryHolder: Sendable {
  /// The environment variable that tells the next image the holder's PID.
  static let variable = "SLIPWAY_HOLDER"

  private let process: Int32

  /// Holds the memory of this process until it has replaced its image; nil if that is not to be had.
  /// To be called by the main thread right before, with all signals blocked.
  ///
  /// A debugger would be told of another thread: it gets none.
  init?() {
    guard Tracing.tracer == nil else { return nil }
    process = slipway_hold_memory()
    if process < 0 { return nil }
  }

  private init(process: Int32) {
    self.process = process
  }

  /// That of the image before this one, if there is one. To be called before there is a second thread.
  package static func take() -> MemoryHolder? {
    ProcessEnvironment.take(variable).flatMap { Int32($0) }.map(MemoryHolder.init(process:))
  }

  var number: String { "\(process)" }

  /// The image stays.
  func letGo() {
    slipway_let_memory_go(process)
  }

  /// Lets it be forgotten. To be called when this image has been running for a while.
  package func reap() {
    slipway_reap_memory_holder(process)
  }
}
