import Glibc
import SlipwaySystem
import SystemPackage

// What is at a path.
extension String {
  /// Whether it is a file that this user may run.
  var isExecutable: Bool {
    var status = stat()
    return unsafe stat(self, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(self, X_OK) == 0
  }

  var isReadable: Bool {
    unsafe access(self, R_OK) == 0
  }

  /// The path without symbolic links; the path itself if it leads nowhere. See realpath(3).
  var resolved: String {
    guard let path = unsafe realpath(self, nil) else { return self }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// The directory that it is in.
  var parent: String {
    FilePath(self).removingLastComponent().string
  }

  /// The names in the directory, in no order; none if it cannot be read.
  var entries: [String] {
    guard
      let opened = try? FileDescriptor.open(
        FilePath(self),
        .readOnly,
        options: [.closeOnExec, .directory]
      )
    else { return [] }
    let directory = OwnedDescriptor(opened)
    let names = try? directory.descriptor.names(atMost: 100_000).names
    return (names ?? []).map { String(decoding: $0, as: UTF8.self) }
  }
}
