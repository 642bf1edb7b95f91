package import NIOCore
import SlipwaySystem
package import SystemPackage

/// A regular file, opened for reading, and what was known of it then. Closed when it goes.
package final class OpenFile: Sendable {
  /// Bytes handed to a socket between two questions whether the next ones are in memory.
  private static let window = 256 * 1024

  private let owned: OwnedDescriptor

  /// Bytes, at the time of opening.
  package let size: Int

  package let validators: Validators

  /// Nanoseconds since 1970.
  let modified: Int128

  /// Whether the file is on a filesystem that an event loop can deal with.
  private let isLocal: Bool

  init(_ owned: consuming OwnedDescriptor, status: Stat, now: Int128, isLocal: Bool) {
    self.owned = owned
    self.isLocal = isLocal
    size = Int(status.size)
    modified = status.st_mtim.nanoseconds
    validators = Validators(
      inode: UInt64(status.inode.rawValue),
      size: status.size,
      modified: modified,
      changed: status.st_ctim.nanoseconds,
      now: now
    )
  }

  /// A regular file that somebody else has open, through a descriptor of its own; nil for anything
  /// else. Blocks as long as the filesystem does.
  package convenience init?(duplicating descriptor: SystemPackage.FileDescriptor) {
    guard let status = try? descriptor.stat(), status.type == .regular,
      let copy = try? descriptor.duplicated().release()
    else { return nil }
    let isLocal = copy.isOnLocalFilesystem
    self.init(OwnedDescriptor(copy), status: status, now: DocumentRoot.now(), isLocal: isLocal)
  }

  /// Reads exactly these bytes. Nil if the file has become shorter than that. Throws `EAGAIN`
  /// (wouldBlock) if that takes waiting, and `patience` is out.
  package func read(
    _ range: Range<Int>,
    _ patience: Patience = .mayWait
  ) throws(Errno) -> ByteBuffer? {
    if patience == .mustNotWait, !isLocal { throw .wouldBlock }
    var bytes = ByteBufferAllocator().buffer(capacity: range.count)
    do {
      while bytes.readableBytes < range.count {
        let offset = range.lowerBound + bytes.readableBytes
        let missing = range.count - bytes.readableBytes
        let count = try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) {
          let room = UnsafeMutableRawBufferPointer(rebasing: $0.prefix(missing))
          return switch patience {
          case .mayWait:
            try owned.descriptor.read(fromAbsoluteOffset: Int64(offset), into: room)
          case .mustNotWait:
            try owned.descriptor.readCached(fromAbsoluteOffset: offset, into: room)
          }
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

  /// What became of an attempt to hand a range to a socket.
  enum Transfer: Equatable {
    /// The socket took this many bytes. It may take more at once.
    case sent(Int)

    /// It took this many, and more would take waiting: for the socket, or for a disk.
    case blocked(after: Int)

    /// The file has become shorter; the socket took what there was, this many bytes.
    case ended(after: Int)
  }

  /// Hands to a non-blocking socket what can be had without waiting, up to the end of the range.
  func send(_ range: Range<Int>, to socket: SystemPackage.FileDescriptor) throws(Errno) -> Transfer
  {
    guard isLocal else { return .blocked(after: 0) }
    var sent = 0
    while sent < range.count {
      let offset = range.lowerBound + sent
      let count = min(range.count - sent, Self.window)
      // A sample: the first byte and the last. What lies between was mostly read with them.
      guard owned.descriptor.isCached(at: offset),
        owned.descriptor.isCached(at: offset + count - 1)
      else { return .blocked(after: sent) }
      do throws(Errno) {
        let taken = try owned.descriptor.send(
          fromAbsoluteOffset: offset,
          count: count,
          to: socket
        )
        guard taken > 0 else { return .ended(after: sent) }
        sent += taken
      } catch {
        if error == .wouldBlock { return .blocked(after: sent) }
        // What the socket has taken counts; the next attempt meets the error again.
        guard sent == 0 else { return .sent(sent) }
        throw error
      }
    }
    return .sent(sent)
  }
}
