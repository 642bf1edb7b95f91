import Glibc

/// An empty directory under /tmp for one test, which goes with everything in it when the test ends.
package struct ScratchDirectory: Sendable {
  /// Absolute, without symbolic links in it.
  package let path: String

  package init(path: String) { self.path = path }

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The absolute path of something in the directory.
  package func path(_ name: String) -> String {
    "\(path)/\(name)"
  }

  /// Writes a file in place, as most editors do not: the inode stays. Makes the directories that
  /// are missing.
  package func write(_ text: String, to name: String) throws {
    if let slash = name.lastIndex(of: "/") { try makeDirectory(String(name[..<slash])) }
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("open", name) }
    defer { close(descriptor) }
    var text = text
    let isWhole = text.withUTF8 { bytes in
      Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
    }
    guard isWhole else { throw failure("write", name) }
  }

  /// Writes a file beside it and renames it into place, as most editors do: the inode is new.
  package func save(_ text: String, to name: String) throws {
    try write(text, to: name + "~")
    try move(name + "~", to: name)
  }

  /// Makes the directory and those above it that are missing.
  package func makeDirectory(_ name: String) throws {
    var made = ""
    for component in name.split(separator: "/") {
      made += made.isEmpty ? String(component) : "/\(component)"
      guard mkdir(path(made), 0o755) == 0 || errno == EEXIST else { throw failure("mkdir", made) }
    }
  }

  package func link(_ name: String, to target: String) throws {
    guard symlink(target, path(name)) == 0 else { throw failure("symlink", name) }
  }

  package func move(_ name: String, to other: String) throws {
    guard rename(path(name), path(other)) == 0 else { throw failure("rename", name) }
  }

  /// Removes a file, or a directory with everything in it.
  package func remove(_ name: String) throws {
    guard removeTree(path(name)) else { throw failure("remove", name) }
  }

  private func failure(_ call: String, _ name: String) -> Failure {
    Failure(description: "\(call) \(path(name)): \(String(cString: strerror(errno)))")
  }
}

/// Gives the test a directory of its own, named after the test.
package func withScratchDirectory<Result>(
  named name: String = #function,
  _ body: (ScratchDirectory) throws -> Result
) throws -> Result {
  let directory = try makeScratchDirectory(name)
  defer { _ = removeTree(directory.path) }
  return try body(directory)
}

/// Gives the test a directory of its own, named after the test.
package func withScratchDirectory<Result>(
  named name: String = #function,
  _ body: (ScratchDirectory) async throws -> Result
) async throws -> Result {
  let directory = try makeScratchDirectory(name)
  defer { _ = removeTree(directory.path) }
  return try await body(directory)
}

package func makeScratchDirectory(_ name: String) throws -> ScratchDirectory {
  let plain = name.prefix { $0 != "(" }.filter { $0.isLetter || $0.isNumber }
  var template = Array("/tmp/slipway-\(plain)-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil, let resolved = realpath(template, nil) else {
    throw ScratchDirectory.Failure(description: "mkdtemp: \(String(cString: strerror(errno)))")
  }
  defer { free(resolved) }
  return ScratchDirectory(path: String(cString: resolved))
}

package func removeTree(_ path: String) -> Bool {
  var status = stat()
  guard lstat(path, &status) == 0 else { return errno == ENOENT }
  guard status.st_mode & S_IFMT == S_IFDIR else { return unlink(path) == 0 }
  chmod(path, 0o700)
  guard let stream = opendir(path) else { return false }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  closedir(stream)
  return names.allSatisfy { removeTree("\(path)/\($0)") } && rmdir(path) == 0
}
