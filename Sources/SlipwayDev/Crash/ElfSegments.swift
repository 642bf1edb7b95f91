import SlipwaySystem
import SystemPackage

/// Where the parts of an ELF file are meant to be in memory: what turns a place in the file into the
/// address that its symbols and debug information speak of. See elf(5).
struct ElfSegments {
  private struct Segment {
    var offset: UInt64
    var address: UInt64
    var size: UInt64
  }

  private var segments: [Segment] = []

  /// Reads the program headers of a 64-bit file in this machine's byte order; nil if it is no such.
  init?(path: String) {
    guard let opened = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    else { return nil }
    let file = OwnedDescriptor(opened)
    guard let header = Self.read(64, at: 0, of: file.descriptor),
      header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2])
    else { return nil }
    let tableOffset = header.integer(at: 32, size: 8)
    let entrySize = Int(header.integer(at: 54, size: 2))
    let count = Int(header.integer(at: 56, size: 2))
    guard entrySize >= 56, count > 0, count < 1000,
      let table = Self.read(entrySize * count, at: tableOffset, of: file.descriptor)
    else { return nil }
    for index in 0..<count {
      let entry = Array(table[(index * entrySize)...].prefix(entrySize))
      // PT_LOAD.
      guard entry.integer(at: 0, size: 4) == 1 else { continue }
      segments.append(
        Segment(
          offset: entry.integer(at: 8, size: 8),
          address: entry.integer(at: 16, size: 8),
          size: entry.integer(at: 32, size: 8)
        )
      )
    }
  }

  /// The address that a place in the file is linked for.
  func address(ofOffset offset: UInt64) -> UInt64? {
    segments.first { offset >= $0.offset && offset - $0.offset < $0.size }
      .map { offset - $0.offset + $0.address }
  }

  private static func read(_ count: Int, at offset: UInt64, of file: FileDescriptor) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = bytes.withUnsafeMutableBytes {
      try? file.read(fromAbsoluteOffset: Int64(clamping: offset), into: $0)
    }
    return read == count ? bytes : nil
  }
}

extension [UInt8] {
  /// A little-endian number.
  fileprivate func integer(at offset: Int, size: Int) -> UInt64 {
    self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
