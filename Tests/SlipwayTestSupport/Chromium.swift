import Glibc

/// A browser that shows one page, without a window, until it is dropped.
///
/// What the page finds out it has to tell the server: the tests wait for that.
package final class Chromium {
  /// Where Debian's package `chromium` puts it.
  private static let executable = "/usr/bin/chromium"

  package static var isInstalled: Bool { access(executable, X_OK) == 0 }

  private let pid: pid_t

  /// - Parameter directory: For the browser's profile; nothing of the user's own is touched.
  package init(showing url: String, profile directory: ScratchDirectory) throws {
    let silent = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(silent) }
    pid = try Spawn(
      command: [
        Self.executable, "--headless", "--user-data-dir=\(directory.path)",
        // A container has no user namespaces for the sandbox, and a small /dev/shm.
        "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        // Keeps a headless browser from ending when the page is loaded.
        "--remote-debugging-port=0", url,
      ],
      environment: ["HOME": directory.path],
      descriptors: [(silent, 1), (silent, 2)]
    )
    .start()
  }

  deinit {
    // It is the leader of a group that all its processes are in.
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
  }
}
