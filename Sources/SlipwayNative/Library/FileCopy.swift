import Glibc
import SystemPackage

/// Copies the content of files.
enum FileCopy {
  /// How much is copied at a time.
  private static let portion = 1 << 20

  /// How much is compared at a time: two libraries of the same size differ near their beginning, if at all.
  private static let sample = 1 << 16

  /// FICLONE of ioctl_ficlone(2), a macro that Swift does not import.
  private static let clone: UInt = 0x4004_9409

  /// Makes `destination`, which is empty, a copy of `source`, which is at its beginning.
  ///
  /// Not a byte is moved where the file system can share blocks.
  static func copyAll(from source: FileDescriptor, to destination: FileDescriptor) throws {
    if ioctl(destination.rawValue, clone, source.rawValue) == 0 { return }
    try readAndWrite(from: source, to: destination)
  }

  private static func readAndWrite(
    from source: FileDescriptor,
    to destination: FileDescriptor
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: portion, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while true {
      let count = unsafe try source.read(into: buffer)
      guard count > 0 else { return }
      unsafe try destination.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Whether two files have the same bytes; false if either cannot be read.
  static func isSame(_ one: FilePath, as other: FilePath) -> Bool {
    guard
      let first = try? FileDescriptor.open(one, .readOnly, options: .closeOnExec)
    else { return false }
    defer { try? first.close() }
    guard
      let second = try? FileDescriptor.open(other, .readOnly, options: .closeOnExec)
    else { return false }
    defer { try? second.close() }
    guard
      let size = try? first.seek(offset: 0, from: .end),
      let otherSize = try? second.seek(offset: 0, from: .end),
      size == otherSize
    else { return false }
    return (try? compare(first, second, Int(size))) ?? false
  }

  private static func compare(
    _ one: FileDescriptor,
    _ other: FileDescriptor,
    _ size: Int
  ) throws -> Bool {
    var first = [UInt8](repeating: 0, count: sample)
    var second = first
    var offset = 0
    while offset < size {
      let count = try read(one, at: offset, into: &first)
      guard count > 0, try read(other, at: offset, into: &second) == count else { return false }
      guard first.prefix(count) == second.prefix(count) else { return false }
      offset += count
    }
    return true
  }

  private static func read(
    _ file: FileDescriptor,
    at offset: Int,
    into bytes: inout [UInt8]
  ) throws -> Int {
    try unsafe bytes.withUnsafeMutableBytes { buffer in
      try unsafe file.read(fromAbsoluteOffset: Int64(offset), into: buffer)
    }
  }
}
