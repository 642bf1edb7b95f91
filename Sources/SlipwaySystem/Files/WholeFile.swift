import Glibc
import SystemPackage

/// Small files that are read at once, such as those of proc(5), whose size is not known beforehand.
package enum WholeFile {
  /// What a file says, what is not UTF-8 repaired; empty if it cannot be read. Of a file with more than
  /// `limit` bytes at least as many.
  package static func text(at path: String, atMost limit: Int = .max) -> String {
    readableText(at: path, atMost: limit) ?? ""
  }

  /// The same; nil if it cannot be read.
  package static func readableText(at path: String, atMost limit: Int = .max) -> String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    else { return nil }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = try? unsafe chunk.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
      guard let count else { return nil }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
