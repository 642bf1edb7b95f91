import FoundationEssentials
import Glibc

extension ConfigurationSources {
  /// The sources of the running process: its environment and its working directory.
  ///
  /// A working directory that has been deleted is still known by the name that the shell gave it.
  package init(flags: Flags) { self.init { flags } }

  /// The same, with flags that are read whenever they are asked for.
  package init(readingFlags flags: @escaping @Sendable () -> Flags) {
    let environment = ProcessInfo.processInfo.environment
    let directories = [FileManager.default.currentDirectoryPath, environment["PWD"] ?? ""]
    self.init(
      readingFlags: flags,
      environment: environment,
      workingDirectory: directories.first { $0.hasPrefix("/") } ?? "/",
      processID: getpid()
    )
  }
}
