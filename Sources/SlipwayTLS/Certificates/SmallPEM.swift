import SlipwaySystem
import SystemPackage

/// PEM files: RFC 7468.
enum SmallPEM {
  /// No chain and no key is larger, and what is larger is no PEM file.
  private static let limit = 1 << 20

  /// The whole file, or what open(2) or read(2) said.
  static func read(_ path: String) -> Result<[UInt8], Errno> {
    do {
      let file = OwnedDescriptor(
        try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      )
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 16_384)
      while bytes.count < limit {
        let count = try unsafe chunk.withUnsafeMutableBytes {
          unsafe try file.descriptor.read(into: $0)
        }
        if count == 0 { return .success(bytes) }
        bytes += chunk[..<count]
      }
      return .failure(.fileTooLarge)
    } catch {
      return .failure(error as? Errno ?? .ioError)
    }
  }
}
