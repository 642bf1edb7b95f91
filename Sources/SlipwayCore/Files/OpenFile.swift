package import NIOCore
import SlipwaySystem
package import SystemPackage

/// A regular file, opened for reading, and what was known of it then. Closed when it goes.
package final class OpenFile: Sendable {
  private let descriptor: OwnedDescriptor

  /// Bytes, at the time of opening.
  package let size: Int

  package let validators: Validators

  init(_ descriptor: consuming OwnedDescriptor, status: Stat, now: Int128) {
    self.descriptor = descriptor
    size = Int(status.size)
    validators = Validators(
      inode: UInt64(status.inode.rawValue),
      size: status.size,
      modified: status.st_mtim.nanoseconds,
      changed: status.st_ctim.nanoseconds,
      now: now
    )
  }

  /// Reads exactly these bytes; blocks. Nil if the file has become shorter than that.
  package func read(_ range: Range<Int>) throws(Errno) -> ByteBuffer? {
    var bytes = ByteBufferAllocator().buffer(capacity: range.count)
    do {
      while bytes.readableBytes < range.count {
        let offset = Int64(range.lowerBound + bytes.readableBytes)
        let missing = range.count - bytes.readableBytes
        let count = try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) {
          try descriptor.descriptor.read(
            fromAbsoluteOffset: offset,
            into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(missing))
          )
        }
        guard count > 0 else { return nil }
      }
      return bytes
    } catch let error as Errno {
      throw error
    } catch {
      throw .ioError
    }
  }
}
