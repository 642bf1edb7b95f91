import CSlipwayShims
import Glibc
import SystemPackage

/// What one generation leaves to the next: named runs of bytes in an anonymous file that survives
/// execve(2) as a descriptor.
///
/// The layout is a magic word, then for each section the lengths of name and content as 64-bit
/// little-endian numbers, the name and the content. The magic word is changed with the layout: the
/// executable may have been replaced by a newer one in between.
package struct HandoffRecord: Sendable, Equatable {
  /// The environment variable that tells the next generation the descriptor's number.
  package static let variable = "SLIPWAY_HANDOFF"

  private static let magic: [UInt8] = Array("SLIPWAY1".utf8)

  /// Contents by name, in the order they were added.
  package private(set) var sections: [(name: String, content: [UInt8])] = []

  package init() {}

  package subscript(name: String) -> [UInt8]? {
    get { sections.first { $0.name == name }?.content }
    set {
      sections.removeAll { $0.name == name }
      if let newValue { sections.append((name, newValue)) }
    }
  }

  package static func == (one: Self, other: Self) -> Bool {
    one.sections.elementsEqual(other.sections) { $0.name == $1.name && $0.content == $1.content }
  }

  /// Writes the record into a new anonymous file, close-on-exec, positioned at its start.
  package func store() throws(SystemError) -> OwnedDescriptor {
    let number = unsafe slipway_memory_file("slipway-handoff")
    guard number >= 0 else { throw .call("memfd_create", failedWith: .last) }
    let file = OwnedDescriptor(FileDescriptor(rawValue: number))
    do {
      try file.descriptor.writeAll(encoded())
      try file.descriptor.seek(offset: 0, from: .start)
    } catch {
      throw .call("Writing the handoff record", failedWith: error as? Errno ?? .ioError)
    }
    return file
  }

  /// Reads the record that the previous generation stored.
  package init(from file: borrowing OwnedDescriptor) throws(SystemError) {
    var bytes: [UInt8] = []
    do {
      let size = try file.descriptor.seek(offset: 0, from: .end)
      try file.descriptor.seek(offset: 0, from: .start)
      bytes = [UInt8](repeating: 0, count: Int(size))
      var filled = 0
      while filled < bytes.count {
        let count = try unsafe bytes.withUnsafeMutableBytes { buffer in
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
          return try unsafe file.descriptor.read(into: rest)
        }
        guard count > 0 else { break }
        filled += count
      }
    } catch {
      throw .unreadableHandoff("\(error)")
    }
    try self.init(decoding: bytes)
  }

  package func encoded() -> [UInt8] {
    var bytes = Self.magic
    for section in sections {
      let name = Array(section.name.utf8)
      Self.append(name.count, to: &bytes)
      Self.append(section.content.count, to: &bytes)
      bytes += name
      bytes += section.content
    }
    return bytes
  }

  package init(decoding bytes: [UInt8]) throws(SystemError) {
    guard bytes.starts(with: Self.magic) else {
      throw .unreadableHandoff("another version of Slipway wrote it")
    }
    var rest = bytes[Self.magic.count...]
    while !rest.isEmpty {
      guard
        let nameCount = Self.takeCount(from: &rest),
        let contentCount = Self.takeCount(from: &rest),
        nameCount <= rest.count, contentCount <= rest.count - nameCount
      else {
        throw .unreadableHandoff("it ends too early")
      }
      let name = String(decoding: rest.prefix(nameCount), as: UTF8.self)
      rest = rest.dropFirst(nameCount)
      sections.append((name, Array(rest.prefix(contentCount))))
      rest = rest.dropFirst(contentCount)
    }
  }

  private static func append(_ count: Int, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: UInt64(count) >> UInt64(shift)))
    }
  }

  private static func takeCount(from bytes: inout ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 8 else { return nil }
    let value = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    bytes = bytes.dropFirst(8)
    return Int(exactly: value)
  }
}
