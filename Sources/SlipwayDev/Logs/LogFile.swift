import Glibc
import SlipwaySystem
import SystemPackage

/// A file that lines are added to, with its rotation. Belongs to one thread.
///
/// What cannot be written, on a full disk for example, is counted and left out; every batch of lines
/// tries again. A file that is renamed or removed goes on being written until `reopen`.
package struct LogFile: ~Copyable {
  private let configuration: LogConfiguration
  private let path: String
  private var descriptor: FileDescriptor?
  /// Bytes in the file.
  private var size = 0
  private var buffer: [UInt8] = []
  /// Lines that are missing since writing failed; nil while it works.
  private var missing: Int?
  /// The file ends in the middle of a line.
  private var isTorn = false
  private var troubles: [LogError] = []
  /// After a rotation that failed: the size at which the next is tried.
  private var postponed = 0

  private static let bufferLimit = 64 * 1024

  package init(path: String, _ configuration: LogConfiguration) {
    self.path = path
    self.configuration = configuration
    open()
  }

  deinit {
    try? descriptor?.close()
  }

  /// Adds a line, to be written by `flush` at the latest.
  package mutating func append(_ line: some Collection<UInt8>) {
    if let limit = configuration.rotateAt, size + buffer.count > 0,
      size + buffer.count + line.count + 1 > max(limit, postponed)
    {
      flush()
      if missing == nil, size > 0 { rotate(limit) }
    }
    buffer += line
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.bufferLimit { flush() }
  }

  /// Writes everything that was added.
  package mutating func flush() {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    guard descriptor != nil || open(), let descriptor else { return lose(buffer[...]) }
    // Ends the line that was being written when the disk was full.
    var mending = isTorn ? 1 : 0
    var rest = (isTorn ? [UInt8(ascii: "\n")] : []) + buffer
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor.rawValue, $0.baseAddress, $0.count) }
      if count > 0 {
        size += count
        isTorn = rest[count - 1] != UInt8(ascii: "\n")
        rest.removeFirst(count)
        mending = 0
      } else if count == 0 || errno != EINTR {
        let errno = count == 0 ? Errno.noSpace : Errno(rawValue: Glibc.errno)
        if missing == nil { troubles.append(.notWritten(path, errno)) }
        return lose(rest[mending...])
      }
    }
    if let missing {
      self.missing = nil
      troubles.append(.writtenAgain(path, lost: missing))
    }
  }

  /// Closes the file and opens what has its name now: somebody has renamed it.
  package mutating func reopen() {
    flush()
    try? descriptor?.close()
    descriptor = nil
    isTorn = false
    open()
  }

  /// What went wrong, or well again, since the last call.
  package mutating func takeTroubles() -> [LogError] {
    defer { troubles = [] }
    return troubles
  }

  private mutating func lose(_ bytes: ArraySlice<UInt8>) {
    missing = (missing ?? 0) + bytes.count { $0 == UInt8(ascii: "\n") }
  }

  @discardableResult
  private mutating func open() -> Bool {
    Self.makeDirectory(of: path)
    let number = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o640)
    guard number >= 0 else {
      if missing == nil {
        troubles.append(.notOpened(path, .init(rawValue: errno)))
        missing = 0
      }
      return false
    }
    var status = stat()
    size = fstat(number, &status) == 0 ? Int(status.st_size) : 0
    postponed = 0
    descriptor = FileDescriptor(rawValue: number)
    return true
  }

  private static func makeDirectory(of path: String) {
    let parents = FilePath(path).removingLastComponent()
    guard !parents.isEmpty, access(parents.string, F_OK) == -1 else { return }
    makeDirectory(of: parents.string)
    mkdir(parents.string, 0o750)
  }

  /// FILE becomes FILE.1, which becomes FILE.2, and so on; the last is overwritten. Each step is one
  /// rename(2), so that at every moment every line is in one of the files.
  private mutating func rotate(_ limit: Int) {
    for number in stride(from: configuration.keep - 1, through: 1, by: -1) {
      rename("\(path).\(number)", "\(path).\(number + 1)")
    }
    guard rename(path, "\(path).1") == 0 else {
      troubles.append(.notRotated(path, .init(rawValue: errno)))
      postponed = size + limit
      return
    }
    try? descriptor?.close()
    descriptor = nil
    isTorn = false
    open()
  }
}
