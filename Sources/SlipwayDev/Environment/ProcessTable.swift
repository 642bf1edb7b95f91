import Glibc
import SlipwaySystem

/// What can be read of other processes in /proc: proc(5). Processes come and go meanwhile, so
/// whatever cannot be read is simply not there.
enum ProcessTable {
  /// A bound on what is read of one file; a table of sockets has 150 bytes a line.
  private static let sizeLimit = 16 << 20

  static func processes(in proc: String) -> [Int32] {
    entries(of: proc).compactMap { Int32(decimal: $0) }
  }

  /// The names in a directory, without `.` and `..`.
  static func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Where a symbolic link leads.
  static func link(_ path: String) -> String? {
    var target = [UInt8](repeating: 0, count: 256)
    let count = target.withUnsafeMutableBytes { room in
      room.withMemoryRebound(to: CChar.self) { room in
        room.baseAddress.map { readlink(path, $0, room.count) } ?? -1
      }
    }
    guard count >= 0, count < target.count else { return nil }
    return String(decoding: target[..<count], as: UTF8.self)
  }

  /// The text of a file; bytes that are not UTF-8 are replaced.
  static func text(_ path: String) -> String? {
    WholeFile.readableText(at: path, atMost: sizeLimit)
  }

  static func number(_ path: String) -> Int? {
    text(path).flatMap { Int(decimal: $0.prefix { $0 != "\n" }) }
  }
}
