import Foundation
import Synchronization

/// Shared libraries made of the fixtures, once for each test run.
enum CLibrary {
  struct CompilerFailed: Error {
    var output: String
  }

  /// Where the fixtures lie.
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  private static let headers = fixtures.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources/CSlipwayABI/include")

  /// Compiles a fixture as strictly as the C compiler can.
  static func build(_ fixture: String, _ flags: [String] = [], to place: URL? = nil) throws
    -> String
  {
    let library = try place ?? Scratch.shared().appending(path: "lib\(UUID().uuidString).so")
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments =
      [
        "clang", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-nonnull",
        "-Wno-unneeded-internal-declaration", "-g", "-shared", "-fPIC", "-pthread",
        "-I", headers.path, fixtures.appending(path: fixture).path, "-o", library.path,
      ] + flags
    let output = Pipe()
    compiler.standardError = output
    try compiler.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else {
      throw CompilerFailed(output: String(decoding: text, as: UTF8.self))
    }
    return library.path
  }
}

/// Directories that go when the test run has ended well or badly: they are below one of its own.
enum Scratch {
  private static let root = Mutex<URL?>(nil)

  /// The directory of this test run.
  static func shared() throws -> URL {
    try root.withLock { root in
      if let root { return root }
      let made = FileManager.default.temporaryDirectory
        .appending(path: "slipway-native-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
      root = made
      atexit { Scratch.remove() }
      return made
    }
  }

  /// An empty directory.
  static func directory() throws -> URL {
    let directory = try shared().appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }

  private static func remove() {
    root.withLock { root in
      guard let made = root else { return }
      try? FileManager.default.removeItem(at: made)
    }
  }
}
