import FoundationEssentials
import Glibc
package import SlipwayDebug
package import SlipwaySystem
import SystemPackage

/// Configures an editor for a project, without ever taking away what is there.
package struct EditorSetup {
  package enum Outcome: Sendable, Equatable {
    case written(path: String)

    /// Added to a file, the rest of which is as it was.
    case added(path: String)

    /// It was there already.
    case present(path: String)

    /// It was there already, but the port in it is another one than this.
    case presentElsewhere(path: String, port: Int)

    /// The file cannot be added to: the user has to do that.
    case toBeAdded(path: String, text: String)
  }

  /// What the configuration of every editor is called.
  private static let name = "Slipway"

  let editor: Editor

  /// The project, an absolute path.
  let directory: String
  let host: String
  let port: Int

  /// The path of the server's executable.
  let executable: String

  /// - Parameter address: That of the debug socket.
  /// - Throws: `needsTCP` for a Unix socket.
  package init(
    _ editor: Editor,
    in directory: String,
    address: DebugAddress,
    executable: String
  ) throws(AttachError) {
    guard case .tcp(let host, let port) = address else { throw .needsTCP("a Unix socket") }
    self.editor = editor
    self.directory = directory
    self.host = host
    self.port = port
    self.executable = executable
  }

  /// Writes the file, or adds to it. Blocks.
  package func run() throws(SystemError) -> Outcome {
    let path = "\(directory)/\(editor.file)"
    guard FileManager.default.fileExists(atPath: path) else {
      try makeDirectory(above: path)
      try AtomicFile.write(text.utf8, to: path, permissions: Self.permissions)
      return .written(path: path)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      return .toBeAdded(path: path, text: text)
    }
    let existing = String(decoding: data, as: UTF8.self)
    guard let list = editor.list else {
      // Ours, whatever has been made of it since.
      let isPresent = existing.contains(
        editor == .neovim ? "dap.adapters.slipway" : "name=\"Slipway\""
      )
      return isPresent ? present(existing, in: path) : .toBeAdded(path: path, text: text)
    }
    let document = CommentedJSON(existing)
    let element = CommentedJSON(text).elements(of: list.key).first ?? text
    switch document.adding(element, to: list.key, identifiedBy: list.name, as: Self.name) {
    case .present(let text): return present(text, in: path)
    case .unreadable: return .toBeAdded(path: path, text: element)
    case .changed(let changed):
      try AtomicFile.write(changed.utf8, to: resolved(path), permissions: Self.permissions)
      return .added(path: path)
    }
  }

  /// A configuration may have become anything that reaches the server, but the server's port is in it.
  private func present(_ text: String, in path: String) -> Outcome {
    let numbers = text.split { !$0.isNumber }
    return numbers.contains("\(port)")
      ? .present(path: path) : .presentElsewhere(path: path, port: port)
  }

  /// The configuration with the address of this project's server in place of the usual one.
  var text: String {
    editor.template
      .replacing("127.0.0.1", with: editor.connectsItself ? host.unbracketed : host)
      .replacing("4711", with: "\(port)")
      .replacing("SLIPWAY_EXECUTABLE", with: executable.xmlEscaped)
  }

  private static let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]

  private func makeDirectory(above path: String) throws(SystemError) {
    var made = directory
    for component in editor.file.split(separator: "/").dropLast() {
      made += "/\(component)"
      guard mkdir(made, 0o755) == 0 || Errno.last == .fileExists else {
        throw .creatingDirectory(made, failedWith: .last)
      }
    }
  }

  /// A file that is a symbolic link stays one.
  private func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension String {
  fileprivate var xmlEscaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }
}
