import Glibc
import SlipwaySystem
import SystemPackage

/// The media types that this system knows by the endings of names: `/etc/mime.types`, of Debian's
/// package media-types.
package struct MIMETypes: Sendable {
  /// Read once, when the first file with an ending of which we know nothing is asked for. A system
  /// without the file knows none.
  package static let system = MIMETypes(contentsOf: "/etc/mime.types")

  /// Bytes of the file that are looked at; Debian's has 73 KB.
  private static let limit = 1024 * 1024

  private var types: [String: String] = [:]

  /// One type a line, with its endings behind it; `#` begins a comment. What a line says of an
  /// ending that had a type already, and what is no media type, is ignored.
  package init(_ text: some Sequence<UInt8>) {
    for line in Array(text).split(separator: UInt8(ascii: "\n")) {
      let words = line.prefix { $0 != UInt8(ascii: "#") }
        .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
      guard words.count > 1, Self.isMediaType(words[0]) else { continue }
      let type = String(decoding: words[0], as: UTF8.self)
      for word in words.dropFirst() {
        let ending = String(decoding: word, as: UTF8.self).lowercased()
        types[ending] = types[ending] ?? type
      }
    }
  }

  private init(contentsOf path: String) {
    var bytes = [UInt8](repeating: 0, count: Self.limit)
    var count = 0
    if let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) {
      let owned = OwnedDescriptor(file)
      while count < bytes.count {
        let read = bytes[count...]
          .withUnsafeMutableBytes { room in
            (try? owned.descriptor.read(into: room)) ?? 0
          }
        if read <= 0 { break }
        count += read
      }
    }
    self.init(bytes[..<count])
  }

  /// `ending` is in lower case, without its dot.
  package subscript(ending: String) -> String? { types[ending] }

  private static func isMediaType(_ word: ArraySlice<UInt8>) -> Bool {
    let halves = word.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return halves.count == 2
      && halves.allSatisfy { half in
        !half.isEmpty
          && half.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),:;<=>?@[\\]{}".utf8.contains($0) }
      }
  }
}
