import Glibc
import SystemPackage

/// The directory that is served and the configuration file in force, found from the arguments.
struct ServedPlace {
  /// Absolute.
  let directory: String

  /// Absolute; nil if there is none.
  let file: String?

  private static let fileName = "slipway.yaml"

  /// The Python application that the arguments name.
  private let python: PythonTarget?

  /// Larger files are not configurations.
  private static let sizeLimit = 65_536

  init(sources: ConfigurationSources) throws(ConfigurationError) {
    let paths = PathResolver(base: sources.workingDirectory, home: sources.home)
    func absolute(_ path: String) throws(ConfigurationError) -> String {
      do throws(InvalidValue) {
        return try paths.absolute(path)
      } catch {
        throw ConfigurationError(.neitherDirectoryNorFile(path, because: error.message))
      }
    }

    if let python = try Self.python(named: sources.flags.path, relativeTo: paths) {
      self.python = python
      // What was typed here is served from here, if it lies here.
      let here = try absolute(".")
      directory = python.root.hasPrefix(here + "/") ? here : python.root
      if let file = sources.flags.file {
        self.file = try absolute(file)
      } else {
        file = try Self.file(in: directory)
      }
      return
    }
    python = nil
    let path = try absolute(sources.flags.path ?? sources.flags.file ?? ".")
    switch try Self.kind(of: path) {
    case .directory:
      directory = path
      if let file = sources.flags.file {
        self.file = try absolute(file)
      } else {
        file = try Self.file(in: path)
      }
    case .file where sources.flags.file != nil && sources.flags.path != nil:
      throw ConfigurationError(
        .neitherDirectoryNorFile(path, because: "it is a file, and --config names another")
      )
    case .file where sources.flags.file != nil || path.hasSuffix(".yaml") || path.hasSuffix(".yml"):
      directory = Self.parent(of: path)
      file = path
    case .file:
      throw ConfigurationError(.neitherDirectoryNorFile(path, because: "it is not a directory"))
    }
  }

  /// What is served where no mounts are configured.
  func defaultMount() throws(ConfigurationError) -> MountConfiguration {
    if let python { return MountConfiguration(prefix: "/", target: .wsgi(python)) }
    if Self.exists(directory + "/Package.swift") {
      // The product is found by whoever describes the package.
      return MountConfiguration(prefix: "/", target: .swift(package: directory, product: nil))
    }
    if Self.exists(directory + "/index.html") {
      return MountConfiguration(prefix: "/", target: .files(directory: directory))
    }
    if let python = PythonProject(directory: directory).target {
      return MountConfiguration(prefix: "/", target: .wsgi(python))
    }
    throw ConfigurationError(.nothingToServe(in: directory))
  }

  /// The application that an argument names, unless it is a directory or a configuration file.
  private static func python(
    named text: String?,
    relativeTo paths: PathResolver
  ) throws(ConfigurationError) -> PythonTarget? {
    guard let text else { return nil }
    let name = text.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init)
    let isScript = [".py", ".wsgi"].contains { (name ?? text).hasSuffix($0) }
    guard isScript || (text.contains(":") && !exists(text) && !text.contains("/")) else {
      return nil
    }
    do throws(InvalidValue) {
      return try PythonTarget(parsing: text, relativeTo: paths)
    } catch {
      throw ConfigurationError(.neitherDirectoryNorFile(text, because: error.message))
    }
  }

  /// The text of the file; UTF-8, of a bounded size.
  func read(_ path: String) throws(ConfigurationError) -> String {
    let bytes: [UInt8]
    do {
      // Non-blocking, so that a named pipe without a writer is an empty file, not a hang.
      let descriptor = try FileDescriptor.open(
        path,
        .readOnly,
        options: [.closeOnExec, .nonBlocking]
      )
      bytes = try descriptor.closeAfter {
        try [UInt8](unsafeUninitializedCapacity: Self.sizeLimit + 1) { buffer, count in
          while count < buffer.count {
            let read = try descriptor.read(
              into: UnsafeMutableRawBufferPointer(
                rebasing:
                  UnsafeMutableRawBufferPointer(buffer)[count...]
              )
            )
            if read == 0 { break }
            count += read
          }
        }
      }
    } catch {
      throw ConfigurationError(.unreadable(path.shownSafely, because: "\(error)".shownSafely))
    }
    guard bytes.count <= Self.sizeLimit else {
      throw ConfigurationError(
        .unreadable(path.shownSafely, because: "it has more than \(Self.sizeLimit / 1024) KiB")
      )
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationError(
        .unreadable(
          path.shownSafely,
          because: "it is not UTF-8",
          remedy: "Save it in that encoding."
        )
      )
    }
    return text
  }

  func directory(of file: String) -> String { Self.parent(of: file) }

  /// The file as it is shown in positions: relative where it is below the working directory.
  func shown(_ file: String, from workingDirectory: String) -> String {
    let shown = file.removing(prefix: workingDirectory == "/" ? "/" : workingDirectory + "/")
    return (shown ?? file).shownSafely
  }

  // MARK: - File system

  private enum Kind { case directory, file }

  private static func kind(of path: String) throws(ConfigurationError) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let reason =
        errno == ENOENT ? "it does not exist" : "\(Errno(rawValue: errno))"
      throw ConfigurationError(.neitherDirectoryNorFile(path, because: reason))
    }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  private static func file(in directory: String) throws(ConfigurationError) -> String? {
    let path = directory + "/" + fileName
    if exists(path) { return path }
    let other = directory + "/slipway.yml"
    if exists(other) { throw ConfigurationError(.misnamedFile(other.shownSafely)) }
    return nil
  }

  /// Whether there is something at the path; a link that leads nowhere counts, so that it is
  /// reported and not passed over.
  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private static func parent(of path: String) -> String {
    FilePath(path).removingLastComponent().string
  }
}
