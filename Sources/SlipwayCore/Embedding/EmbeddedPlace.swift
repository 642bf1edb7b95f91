import Glibc
import SystemPackage

/// A prefix of an embedded server and what is behind it, as the program gave them.
struct EmbeddedPlace: Sendable {
  enum Content: Sendable {
    case closure(Server.Responder, name: String)
    case directory(String)
  }

  let prefix: String
  let content: Content

  /// - Throws: ``ServerError``, if the prefix means nothing.
  func mount() throws -> (Mount, any Application) {
    let prefix = try checkedPrefix()
    switch content {
    case .closure(let respond, let name):
      let mount = Mount(prefix: prefix, kind: "closure", target: name)
      return (mount, ClosureApplication(respond))
    case .directory(let directory):
      let path = try Self.absolute(directory)
      let mount = Mount(prefix: prefix, kind: "files", target: path)
      return (mount, FilesApplication(directory: path))
    }
  }

  private func checkedPrefix() throws -> String {
    guard prefix != "/" else { return prefix }
    let trimmed = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
    let segments = trimmed.split(separator: "/", omittingEmptySubsequences: false)
    let names = segments.dropFirst()
    guard segments.first?.isEmpty == true, !names.isEmpty,
      names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), names.first != "_slipway"
    else { throw ServerError.notAPrefix(prefix) }
    return trimmed
  }

  private static func absolute(_ directory: String) throws -> String {
    if directory.hasPrefix("/") { return FilePath(directory).lexicallyNormalized().string }
    guard let current = getcwd(nil, 0) else {
      throw ServerError.noWorkingDirectory(for: directory, because: Errno(rawValue: errno))
    }
    defer { free(current) }
    let base = FilePath(String(cString: current))
    return base.appending(directory).lexicallyNormalized().string
  }
}

/// Lets every exchange through to what is mounted.
struct EmbeddedApplications: Gatekeeper {
  let applications: [Mount: any Application]

  func admit(to mount: Mount, isCertain: inout Bool) -> Admission {
    applications[mount].map(Admission.dispatch) ?? .answer(.noMount(for: mount.prefix, mounts: []))
  }
}
