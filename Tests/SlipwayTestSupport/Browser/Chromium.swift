import Glibc

/// A browser that shows one page, without a window, until it is dropped.
///
/// What the page finds out it has to tell the server: the tests wait for that.
package final class Chromium {
  /// Where Debian's package `chromium` puts it.
  static let executable = "/usr/bin/chromium"

  package static var isInstalled: Bool { access(executable, X_OK) == 0 }

  private let pid: pid_t

  /// Of Debian's package `libnss3-tools`, with which users have the browser trust an authority.
  private static let certutil = "/usr/bin/certutil"

  package static var canTrust: Bool { isInstalled && access(certutil, X_OK) == 0 }

  /// - Parameters:
  ///   - directory: For the browser's profile; nothing of the user's own is touched.
  ///   - authority: The file of a certificate authority to trust, besides those of the browser.
  ///   - runsScripts: Whether pages may run scripts.
  package init(
    showing url: String,
    profile directory: ScratchDirectory,
    trusting authority: String? = nil,
    runsScripts: Bool = true
  ) throws {
    if let authority { try Self.trust(authority, in: directory) }
    let silent = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(silent) }
    pid = try Spawn(
      command: [
        Self.executable, "--headless", "--user-data-dir=\(directory.path)",
        // A container has no user namespaces for the sandbox, and a small /dev/shm.
        "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        // Keeps a headless browser from ending when the page is loaded.
        "--remote-debugging-port=0", "--blink-settings=scriptEnabled=\(runsScripts)", url,
      ],
      environment: ["HOME": directory.path],
      descriptors: [(silent, 1), (silent, 2)]
    )
    .start()
  }

  private static func trust(_ authority: String, in home: ScratchDirectory) throws {
    try home.makeDirectory(".pki/nssdb")
    let database = "sql:\(home.path(".pki/nssdb"))"
    for arguments in [
      ["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "slipway", "-i", authority],
    ] {
      let run = try CommandRun([certutil, "-d", database] + arguments)
      guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
    }
  }

  deinit {
    // It is the leader of a group that all its processes are in.
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
  }
}
