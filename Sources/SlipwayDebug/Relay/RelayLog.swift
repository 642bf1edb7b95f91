import Glibc
import SlipwaySystem
import SystemPackage

/// The file for what the debugger server of the last session said about itself. The relay's own
/// standard output and error lead there, for those it has inherited are the application's.
struct RelayLog {
  private let path: String

  /// Begins the file anew, and leads the standard streams there; to /dev/null if it cannot be written.
  init(at path: String) {
    self.path = path
    let file =
      (try? FileDescriptor.open(
        FilePath(path),
        .writeOnly,
        options: [.create, .truncate, .append, .closeOnExec, .noFollow],
        permissions: [.ownerRead, .ownerWrite]
      )) ?? (try? FileDescriptor.open(FilePath("/dev/null"), .writeOnly, options: .closeOnExec))
    guard let file else { return }
    for standard in [FileDescriptor.standardOutput, .standardError] {
      _ = try? file.duplicate(as: standard)
    }
    try? file.close()
  }

  /// The end of it, for a message: what is not text is left out.
  var lastWords: String {
    WholeFile.text(at: path).suffix(2000).split(whereSeparator: \.isNewline).suffix(3)
      .joined(separator: "; ")
  }
}
