import Glibc
import NIOCore
import SlipwayCore
import SlipwaySystem

/// A Python thread's wait for bytes of a request's body. The event loop puts them where the thread wants
/// them, and wakes it once: when there are enough, or no more will come.
@safe final class BodyRead: @unchecked Sendable {
  // Unchecked: the event loop alone touches what follows, and the memory, until `outcome` has something;
  // the thread that waits for that keeps the memory alive.
  private let memory: UnsafeMutableRawBufferPointer
  private let least: Int
  private var count = 0
  private let outcome = Inbox<Int?>()

  /// - Parameter least: how many bytes are enough; whatever else is there comes with them.
  init(into memory: UnsafeMutableRawBufferPointer, atLeast least: Int) {
    unsafe self.memory = unsafe memory
    self.least = min(max(1, least), memory.count)
  }

  /// How many bytes have come, fewer than were enough if the body ends with them; nil if it will never be
  /// complete.
  func wait(for exchange: Exchange) -> Int? {
    ask(exchange)
    return outcome.receive()[0]
  }

  private func ask(_ exchange: Exchange) {
    unsafe exchange.read(upTo: memory.count - count) { [self] part in
      switch part {
      case .bytes(let bytes):
        unsafe bytes.withUnsafeReadableBytes {
          unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: $0)
        }
        count += bytes.readableBytes
        if count < least { ask(exchange) } else { outcome.send(count) }
      case .end: outcome.send(count)
      case .failed: outcome.send(nil)
      }
    }
  }
}
