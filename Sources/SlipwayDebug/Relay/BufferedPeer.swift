import Glibc
import SlipwaySystem
import SystemPackage

/// One end of a conversation, with what it has not taken yet. The descriptor does not block.
final class BufferedPeer {
  /// What the other side may be ahead. Beyond it nothing more is read from the other side.
  private static let limit = 256 << 10

  let descriptor: FileDescriptor
  private var pending: [UInt8] = []
  private(set) var isOpen = true
  private var endsAfterPending = false
  private var hasEnded = false

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
    try? descriptor.setNonBlocking()
  }

  var hasPending: Bool { isOpen && !pending.isEmpty }
  var isFull: Bool { isOpen && pending.count >= Self.limit }

  /// Sends as much as is taken, and keeps the rest.
  func send(_ bytes: [UInt8]) {
    guard isOpen, !endsAfterPending else { return }
    pending += bytes
    flush()
  }

  /// Sends what is left of what was to be sent.
  func flush() {
    while hasPending {
      let result = unsafe pending.withUnsafeBytes { bytes in
        unsafe Glibc.send(descriptor.rawValue, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if result < 0 {
        guard errno != EINTR else { continue }
        if errno != EAGAIN { close() }
        return
      }
      pending.removeFirst(result)
    }
    if isOpen, endsAfterPending, !hasEnded {
      hasEnded = true
      descriptor.shutDownWriting()
    }
  }

  /// Sends what is left, and waits for it; gives up after a time.
  func flush(within limit: Duration) {
    let deadline = ContinuousClock.now + limit
    flush()
    while hasPending, ContinuousClock.now < deadline {
      var writable = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
      _ = unsafe poll(&writable, 1, 100)
      flush()
    }
  }

  /// Has the peer read its end, when it has taken everything else.
  func endInput() {
    endsAfterPending = true
    flush()
  }

  /// What the peer has sent: empty if nothing, nil at its end or if it is broken.
  func read() -> [UInt8]? {
    guard isOpen else { return nil }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(descriptor.rawValue, &chunk, chunk.count, 0)
    if count > 0 { return Array(chunk[..<count]) }
    return count < 0 && [EAGAIN, EINTR].contains(errno) ? [] : nil
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    pending = []
    try? descriptor.close()
  }
}
