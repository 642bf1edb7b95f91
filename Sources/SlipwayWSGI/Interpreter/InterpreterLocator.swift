import FoundationEssentials
import Glibc
import SlipwaySystem

/// Finds the Python that an application belongs to, and asks it what it is.
package struct InterpreterLocator: Sendable {
  /// `python-home`: a virtual environment, or the prefix of an installation. Absolute.
  package var home: String?

  /// Where a virtual environment is looked for, in this order.
  package var directories: [String]
  package var environment: [String: String]

  /// Where the answer is kept for the next generation; nil for nowhere.
  package var cacheFile: String?

  package init(
    home: String?,
    directories: [String],
    environment: [String: String],
    cacheFile: String? = nil
  ) {
    self.home = home
    self.directories = directories
    self.environment = environment
    self.cacheFile = cacheFile
  }

  /// Blocks as long as Python needs to start, save in a generation after the first.
  package func locate() throws(WSGIError) -> InterpreterDescription {
    let candidates = candidates
    guard let executable = candidates.first(where: \.isProgram)
    else { throw .noInterpreter(candidates) }
    let key = "\(executable) \(executable.stamp) \(ProcessIdentity.current)"
    if let cached = readCache(key) { return cached }
    let description = try ask(executable)
    guard description.isSupported else { throw .unsupportedVersion(description) }
    writeCache(key, description)
    return description
  }

  /// Executables that are looked for: what is asked for, the nearest virtual environment, the active
  /// one, PATH.
  var candidates: [String] {
    func names(in home: String) -> [String] { ["\(home)/bin/python3", "\(home)/bin/python"] }
    if let home { return names(in: home) }
    var found: [String] = []
    for directory in directories {
      for name in [".venv", "venv", "env"] where "\(directory)/\(name)/pyvenv.cfg".exists {
        found += names(in: "\(directory)/\(name)")
      }
    }
    if let active = environment["VIRTUAL_ENV"], !active.isEmpty { found += names(in: active) }
    let path = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    found += path.filter { $0.hasPrefix("/") }.map { "\($0)/python3" }
    return found
  }

  private func ask(_ executable: String) throws(WSGIError) -> InterpreterDescription {
    let source = String(decoding: PackageResources.describe_py, as: UTF8.self)
    // -I and -S: the answer depends on neither the environment nor what is installed, and comes sooner.
    let child = ChildProcess(
      executable: executable,
      arguments: ["-I", "-S", "-c", source],
      environment: environment,
      directory: directories.first ?? "/"
    )
    let said: ChildProcess.Run
    do throws(SystemError) {
      said = try child.run(within: .seconds(30))
    } catch {
      throw .interpreterFails(executable, error.message)
    }
    guard said.end == .exited(0), let description = InterpreterDescription(lines: said.lines) else {
      throw .interpreterFails(executable, said.lines.suffix(3).joined(separator: " "))
    }
    return description
  }

  // MARK: What was asked before

  private struct Cache: Codable {
    var key: String
    var description: InterpreterDescription
  }

  /// A stand-in, such as pyenv's, may lead elsewhere tomorrow: so the answer holds for this process,
  /// which is the same over every restart.
  private func readCache(_ key: String) -> InterpreterDescription? {
    guard let cacheFile, let data = try? Data(contentsOf: URL(filePath: cacheFile)),
      let cache = try? JSONDecoder().decode(Cache.self, from: data), cache.key == key
    else { return nil }
    return cache.description
  }

  private func writeCache(_ key: String, _ description: InterpreterDescription) {
    guard let cacheFile,
      let data = try? JSONEncoder().encode(Cache(key: key, description: description))
    else { return }
    // Without it the next generation asks again.
    try? AtomicFile.write(data, to: cacheFile)
  }
}

/// What tells a process from all others of this machine: its PID and when it began; proc_pid_stat(5).
private enum ProcessIdentity {
  static var current: String {
    // The name in parentheses may have anything in it.
    let fields =
      WholeFile.text(at: "/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
    return "\(getpid()) \(fields.count > 19 ? fields[19] : "")"
  }
}

extension String {
  var exists: Bool { unsafe access(self, F_OK) == 0 }

  var isWritableDirectory: Bool { unsafe access(self + "/.", W_OK) == 0 }

  fileprivate var isProgram: Bool {
    var status = stat()
    guard unsafe stat(self, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return unsafe access(self, X_OK) == 0
  }

  /// Stands for the file behind the path as it is now.
  fileprivate var stamp: String {
    var status = stat()
    guard unsafe stat(self, &status) == 0 else { return "" }
    return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }
}
