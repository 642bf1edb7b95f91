/// The binary form of a snapshot: about forty bytes a file.
///
/// Magic and version; the roots; each directory with its path, names of subdirectories, and files;
/// the single files. Counts and sizes are LEB128, times and hashes eight bytes little endian.
/// A generation that speaks another version gets nil and compares with nothing.
extension TreeSnapshot {
  /// `SLT` and the version of the format.
  private static let magic: [UInt8] = [0x53, 0x4C, 0x54, 1]

  package func encoded() -> [UInt8] {
    var writer = ByteWriter(Self.magic)
    writer.write(roots.sorted()) { $0.write($1) }
    writer.write(tree.directories.sorted { $0.key < $1.key }) { writer, directory in
      writer.write(directory.key)
      writer.write(directory.value.subdirectories.sorted()) { $0.write($1) }
      writer.write(directory.value.files.sorted { $0.key < $1.key }) { $0.write($1) }
    }
    writer.write(tree.singles.sorted { $0.key < $1.key }) { $0.write($1) }
    return writer.bytes
  }

  /// Nil if the bytes are not a snapshot of this version, whatever they are.
  package init?(decoding bytes: some Collection<UInt8>) {
    var reader = ByteReader(Array(bytes))
    guard reader.read(count: Self.magic.count).map(Array.init) == Self.magic else { return nil }
    do throws(ByteReader.Malformed) {
      var roots: Set<String> = []
      try reader.repeated { reader throws(ByteReader.Malformed) in
        roots.insert(try reader.string())
      }
      var tree = FileTree()
      try reader.repeated { reader throws(ByteReader.Malformed) in
        let path = try reader.string()
        var directory = FileTree.Directory()
        try reader.repeated { reader throws(ByteReader.Malformed) in
          directory.subdirectories.insert(try reader.string())
        }
        try reader.repeated { reader throws(ByteReader.Malformed) in
          let name = try reader.string()
          directory.files[name] = try reader.record()
        }
        tree.directories[path] = directory
      }
      try reader.repeated { reader throws(ByteReader.Malformed) in
        let path = try reader.string()
        tree.singles[path] = try reader.record()
      }
      guard reader.isAtEnd else { return nil }
      self.init(roots: roots, tree: tree)
    } catch {
      return nil
    }
  }
}

/// Appends the snapshot's primitives to an array.
private struct ByteWriter {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func write<Element>(
    _ elements: [Element],
    _ body: (inout ByteWriter, Element) -> Void
  ) {
    write(UInt64(elements.count))
    for element in elements { body(&self, element) }
  }

  mutating func write(_ file: (key: String, value: FileRecord)) {
    let record = file.value
    write(file.key)
    bytes.append((record.hash == nil ? 0 : 1) | (record.isRacy ? 2 : 0))
    write(UInt64(bitPattern: record.size))
    writeFixed(UInt64(bitPattern: record.modified))
    writeFixed(UInt64(bitPattern: record.statusChanged))
    write(record.inode)
    if let hash = record.hash { writeFixed(hash) }
  }

  mutating func write(_ string: String) {
    write(UInt64(string.utf8.count))
    bytes.append(contentsOf: string.utf8)
  }

  private mutating func write(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private mutating func writeFixed(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value &>> shift))
    }
  }
}

/// Reads them back, trusting no length.
private struct ByteReader {
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func read(count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= bytes.count - position else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// Reads a count and calls `body` that often. A count that lies ends at the end of the bytes,
  /// because every element takes at least one.
  mutating func repeated(
    _ body: (inout ByteReader) throws(Malformed) -> Void
  ) throws(Malformed) {
    var remaining = try integer()
    while remaining > 0 {
      try body(&self)
      remaining -= 1
    }
  }

  mutating func string() throws(Malformed) -> String {
    guard let count = Int(exactly: try integer()), let slice = read(count: count) else {
      throw Malformed()
    }
    return String(decoding: slice, as: UTF8.self)
  }

  mutating func record() throws(Malformed) -> FileRecord {
    guard let flags = read(count: 1)?.first, flags < 4 else { throw Malformed() }
    return FileRecord(
      size: Int64(bitPattern: try integer()),
      modified: Int64(bitPattern: try fixed()),
      statusChanged: Int64(bitPattern: try fixed()),
      inode: try integer(),
      hash: flags & 1 == 0 ? nil : try fixed(),
      isRacy: flags & 2 != 0
    )
  }

  private mutating func integer() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = read(count: 1)?.first else { throw Malformed() }
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
    }
    throw Malformed()
  }

  private mutating func fixed() throws(Malformed) -> UInt64 {
    guard let slice = read(count: 8) else { throw Malformed() }
    return slice.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
