import Glibc
import Synchronization
import SystemPackage

/// Writes whole texts to a descriptor that it does not own, until nobody is there to read them. They
/// are collected, for a system call takes as long as it takes to make several lines.
final class LineOutput: Sendable {
  let descriptor: FileDescriptor
  private let isBroken = Atomic(false)
  private let collected = Mutex<[UInt8]>([])

  /// Bytes from which on nothing more is collected.
  private static let limit = 64 * 1024

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// Takes a text, which is written at the next `flush` at the latest.
  func append(_ text: String) {
    append { $0 += text.utf8 }
  }

  /// Takes what `body` appends.
  func append<Outcome>(_ body: (inout [UInt8]) -> Outcome) -> Outcome {
    let (outcome, isFull) = collected.withLock { collected in
      (body(&collected), collected.count >= Self.limit)
    }
    if isFull { flush() }
    return outcome
  }

  /// Writes what has been collected.
  func flush() {
    let bytes = collected.withLock { collected in
      let bytes = collected
      collected = []
      // Under load the next batch is as large as this one.
      collected.reserveCapacity(min(Self.limit, bytes.count))
      return bytes
    }
    if !bytes.isEmpty { write(bytes) }
  }

  func write(_ text: String) { write(Array(text.utf8)) }

  /// Blocks until everything is written. After an error, a terminal that is gone for example,
  /// this and every later text is dropped.
  private func write(_ bytes: [UInt8]) {
    guard !isBroken.load(ordering: .relaxed) else { return }
    let isWritten = bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.write(descriptor.rawValue, rest.baseAddress, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
          // Somebody who shares the descriptor has made it non-blocking.
          var wanted = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
          poll(&wanted, 1, -1)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
    if !isWritten { isBroken.store(true, ordering: .relaxed) }
  }
}
