import CSlipwayShims
import Glibc
package import SystemPackage

/// The program that this process is running, and its replacement by the next one.
package struct ProcessImage: Sendable {
  /// The executable's real path. Not `/proc/self/exe`, which would rename the process to `exe`.
  package let path: String

  /// The arguments it was started with, the name first.
  package let arguments: [String]

  package init(path: String, arguments: [String]) {
    self.path = path
    self.arguments = arguments
  }

  /// What runs in this process now.
  package static var current: ProcessImage {
    ProcessImage(path: currentPath(), arguments: CommandLine.arguments)
  }

  /// Becomes the program at `path`, with nothing but `kept` and the standard descriptors open,
  /// and the environment as it is but for `variables`.
  ///
  /// Returns only if that failed, with everything as it was before, but that all descriptors are
  /// close-on-exec, and that the application's ignored signals no longer are.
  /// - Important: Only the main thread may call this. A debugger never learns of an `execve` by
  ///   another thread, and leaves the process stopped for ever.
  package func replace(
    keeping kept: [FileDescriptor],
    setting variables: [String: String] = [:]
  ) throws(SystemError) -> Never {
    precondition(
      slipway_is_main_thread() != 0,
      "only the main thread may replace the process image"
    )

    _ = slipway_close_on_exec_from(3)
    for descriptor in kept { descriptor.setClosedOnExec(false) }
    // Signals that come from here on wait, blocked, for the next generation. Those that have come
    // and were not dealt with do the same.
    let mask = SignalMask.blockAll()
    SignalPipe.returnUnheard()
    slipway_unignore_signals()

    let holder = MemoryHolder()
    var variables = variables
    variables[MemoryHolder.variable] = holder?.number

    let argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let envp = unsafe ProcessEnvironment.entries(setting: variables)
    unsafe execve(path, argv, envp)
    let errno = Errno.last

    holder?.letGo()
    unsafe (argv + envp).forEach { unsafe free($0) }
    for descriptor in kept { descriptor.setClosedOnExec(true) }
    mask.restore()
    throw .executing(path, failedWith: errno)
  }

  /// Throws what `replace` would throw because the executable is missing or may not be run.
  package func checkExecutable() throws(SystemError) {
    guard unsafe access(path, X_OK) == 0 else { throw .executing(path, failedWith: .last) }
  }

  /// Closes everything but the standard descriptors and `kept`. To be called before anything is
  /// opened.
  package static func closeInheritedDescriptors(keeping kept: [FileDescriptor] = []) {
    var next: CUnsignedInt = 3
    for number in kept.map({ CUnsignedInt(bitPattern: $0.rawValue) }).sorted() {
      if number > next { _ = slipway_close_between(next, number - 1) }
      next = max(next, number + 1)
    }
    _ = slipway_close_from(next)
  }

  private static func currentPath() -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return CommandLine.arguments[0] }
    let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // An executable that was replaced while it ran: the next generation is the new one.
    let deleted = " (deleted)"
    return path.hasSuffix(deleted) ? String(path.dropLast(deleted.count)) : path
  }
}

extension FileDescriptor {
  /// Whether execve(2) closes this descriptor. See fcntl(2), F_SETFD.
  package func setClosedOnExec(_ isClosed: Bool) {
    _ = fcntl(rawValue, F_SETFD, isClosed ? FD_CLOEXEC : 0)
  }
}
