import CSlipwayShims
import Glibc
package import SystemPackage

extension FileDescriptor {
  /// The first bytes that a connection has received, up to `limit`, which stay unread. Empty if there
  /// are none yet; nil at its end, or if it is broken. Never blocks.
  package func peek(upTo limit: Int) -> [UInt8]? {
    var isOver = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      let found = unsafe slipway_peek(rawValue, start, UInt(limit))
      count = max(0, found)
      isOver = found == 0 || (found < 0 && ![EAGAIN, EINTR].contains(errno))
    }
    return isOver ? nil : bytes
  }
}
