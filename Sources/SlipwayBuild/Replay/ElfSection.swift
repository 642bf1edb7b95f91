/// Finds a section of an object file. See elf(5); only 64-bit little-endian files are read.
package enum ElfSection {
  /// The bytes of the first section with that name, empty if there is none; nil if `file` is no such
  /// object.
  package static func bytes(named name: String, in file: [UInt8]) -> [UInt8]? {
    let identification: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1]
    guard file.count >= 64, Array(file[..<6]) == identification,
      let table = number(at: 40, 8, in: file), let size = number(at: 58, 2, in: file), size >= 64,
      let count = number(at: 60, 2, in: file), let namesIndex = number(at: 62, 2, in: file),
      let names = range(ofSection: namesIndex, table, size, file)
    else { return nil }
    let wanted = Array(name.utf8) + [0]
    for index in 0..<count {
      guard let header = offset(table, size, index, file),
        let nameOffset = number(at: header, 4, in: file),
        let range = range(ofSection: index, table, size, file)
      else { return nil }
      let start = names.lowerBound + nameOffset
      guard start + wanted.count <= names.upperBound else { continue }
      if Array(file[start..<start + wanted.count]) == wanted { return Array(file[range]) }
    }
    return []
  }

  /// One entry of the table of sections.
  struct Header {
    /// In the file.
    let position: Int
    let name: String
    let kind: Int
    let offset: Int
    let size: Int
    let alignment: Int
  }

  /// Every entry of the table; nil unless the file ends with it, and its entries are of the usual size.
  static func headers(of file: [UInt8]) -> [Header]? {
    guard file.count >= 64, let table = number(at: 40, 8, in: file),
      number(at: 58, 2, in: file) == 64, let count = number(at: 60, 2, in: file), count > 0,
      let namesIndex = number(at: 62, 2, in: file), table + count * 64 == file.count,
      let names = range(ofSection: namesIndex, table, 64, file)
    else { return nil }
    var headers: [Header] = []
    for index in 0..<count {
      let position = table + 64 * index
      guard let nameOffset = number(at: position, 4, in: file), nameOffset <= names.count,
        let kind = number(at: position + 4, 4, in: file),
        let offset = number(at: position + 24, 8, in: file),
        let size = number(at: position + 32, 8, in: file),
        let alignment = number(at: position + 48, 8, in: file), alignment <= 4096
      else { return nil }
      let name = file[(names.lowerBound + nameOffset)..<names.upperBound].prefix { $0 != 0 }
      headers.append(
        Header(
          position: position,
          name: String(decoding: name, as: UTF8.self),
          kind: kind,
          offset: offset,
          size: size,
          alignment: alignment
        )
      )
    }
    return headers
  }

  private static func offset(_ table: Int, _ size: Int, _ index: Int, _ file: [UInt8]) -> Int? {
    let offset = table + size * index
    return offset >= 0 && offset + 64 <= file.count ? offset : nil
  }

  private static func range(
    ofSection index: Int,
    _ table: Int,
    _ size: Int,
    _ file: [UInt8]
  ) -> Range<Int>? {
    guard let header = offset(table, size, index, file),
      let start = number(at: header + 24, 8, in: file),
      let length = number(at: header + 32, 8, in: file)
    else { return nil }
    // SHT_NOBITS, SHT_NULL: nothing in the file.
    let kind = number(at: header + 4, 4, in: file)
    if kind == 8 || kind == 0 { return 0..<0 }
    guard start <= file.count, length <= file.count - start else { return nil }
    return start..<start + length
  }

  private static func number(at offset: Int, _ width: Int, in file: [UInt8]) -> Int? {
    guard offset >= 0, offset + width <= file.count else { return nil }
    var value: UInt64 = 0
    for byte in file[offset..<offset + width].reversed() { value = value << 8 | UInt64(byte) }
    return value <= UInt64(Int.max / 4) ? Int(value) : nil
  }
}
