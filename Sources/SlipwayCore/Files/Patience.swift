/// Whether whoever asks for a file may be kept waiting by a disk.
package enum Patience: Sendable {
  /// A thread that has nothing else to do.
  case mayWait

  /// An event loop: hundreds of connections would wait with it.
  case mustNotWait
}

/// What was asked for cannot be told without waiting, or not surely. Never thrown to those who may
/// wait.
package struct WouldWait: Error {}
