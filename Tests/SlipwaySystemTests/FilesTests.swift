import Glibc
import SlipwaySystem
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct FilesTests {
  @Test func aFileIsReplacedAsAWhole() throws {
    let path = "/tmp/slipway-atomic-\(getpid())"
    defer { unlink(path) }
    try AtomicFile.write("one".utf8, to: path)
    let before = try FileDescriptor.open(FilePath(path), .readOnly)
    defer { try? before.close() }
    try AtomicFile.write("two".utf8, to: path)
    #expect(try text(of: before) == "one")
    let after = try FileDescriptor.open(FilePath(path), .readOnly)
    defer { try? after.close() }
    #expect(try text(of: after) == "two")
  }

  @Test func aFileThatCannotBeWrittenSaysWhy() {
    let error = #expect(throws: SystemError.self) {
      try AtomicFile.write("x".utf8, to: "/nonexistent/file")
    }
    #expect(error?.code == .fileNotWritten)
    #expect(error?.message.contains("/nonexistent/file") == true)
  }

  @Test func aLockHasOneHolderAndSaysWho() throws {
    let path = "/tmp/slipway-lock-\(getpid())"
    defer { unlink(path) }
    do {
      let lock = try DirectoryLock(path: path)
      let error = #expect(throws: SystemError.self) { _ = try DirectoryLock(path: path).descriptor }
      #expect(error?.code == .locked)
      #expect(error?.message.contains("process \(getpid())") == true)
      _ = lock.descriptor
    }
    // A child that another test has just started may hold our descriptors until it calls execve.
    while (try? DirectoryLock(path: path).descriptor) == nil { sched_yield() }
  }

  private func text(of file: FileDescriptor) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
