import Glibc
import SystemPackage

extension ProcessImage {
  /// Becomes the program at `path` for good: descriptors, signals and environment stay as they are,
  /// but for `variables`. For commands that end by starting another program; a server restarts with
  /// `replace`. Returns only if that failed.
  package func handOver(setting variables: [String: String]) throws(SystemError) -> Never {
    let argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let envp = unsafe ProcessEnvironment.entries(setting: variables)
    unsafe execve(path, argv, envp)
    let errno = Errno.last
    unsafe (argv + envp).forEach { unsafe free($0) }
    throw .call("Starting \(path)", failedWith: errno)
  }
}
