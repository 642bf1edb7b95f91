/// The object that carries a module's interface for the debugger, made from an earlier one.
///
/// `swift-frontend -modulewrap` takes as long to start as to do it. It writes sections one after the
/// other, and that is all that is done here; whether an object is of that form is seen by making
/// it again from its own parts.
package enum WrappedInterface {
  private static let header = 64

  /// `object` with another interface in the place of `old`; nil unless it is certain that the compiler
  /// would write the same.
  package static func replacing(
    _ old: [UInt8],
    by new: [UInt8],
    in object: [UInt8]
  ) -> [UInt8]? {
    guard laidOut(object, with: old) == object else { return nil }
    return laidOut(object, with: new)
  }

  /// The sections of `object` in their order, aligned as they say, with `interface` in `.swift_ast`.
  private static func laidOut(_ object: [UInt8], with interface: [UInt8]) -> [UInt8]? {
    guard let sections = ElfSection.headers(of: object),
      let index = sections.firstIndex(where: { $0.name == ".swift_ast" })
    else { return nil }
    var file = Array(object[..<header])
    var offsets: [Int: Int] = [:]
    let ordered = sections.indices.filter { sections[$0].kind != 0 }
      .sorted { (sections[$0].offset, $0) < (sections[$1].offset, $1) }
    for number in ordered {
      let section = sections[number]
      pad(&file, to: max(1, section.alignment))
      offsets[number] = file.count
      if number == index {
        file += interface
      } else {
        guard section.offset + section.size <= object.count else { return nil }
        file += object[section.offset..<section.offset + section.size]
      }
    }
    pad(&file, to: 8)
    let table = file.count
    guard let first = sections.first?.position else { return nil }
    file += object[first..<first + sections.count * header]
    for (number, offset) in offsets {
      put(offset, at: table + number * header + 24, in: &file)
    }
    put(interface.count, at: table + index * header + 32, in: &file)
    put(table, at: 40, in: &file)
    return file
  }

  private static func pad(_ file: inout [UInt8], to alignment: Int) {
    while file.count % alignment != 0 { file.append(0) }
  }

  private static func put(_ value: Int, at offset: Int, in file: inout [UInt8]) {
    for byte in 0..<8 { file[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }
}
