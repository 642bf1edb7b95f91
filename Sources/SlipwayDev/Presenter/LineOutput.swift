import Glibc
import Synchronization
import SystemPackage

/// Writes whole texts to a descriptor that it does not own, until nobody is there to read them.
final class LineOutput: Sendable {
  let descriptor: FileDescriptor
  private let isBroken = Atomic(false)

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// Blocks until everything is written. After an error, a terminal that is gone for example,
  /// this and every later text is dropped.
  func write(_ text: String) {
    guard !isBroken.load(ordering: .relaxed) else { return }
    var text = text
    let isWritten = text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
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
