import FoundationEssentials

/// The `swift` command and what it is started with.
package struct Toolchain: Sendable {
  /// An absolute path, or nil if there is no `swift` in PATH.
  package let swift: String?

  /// The environment of every `swift` that we start.
  let environment: [String: String]

  /// Looks `swift` up in PATH unless told where it is.
  package init(
    swift: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.swift = swift ?? Self.find(in: environment["PATH"] ?? "")
    self.environment = Self.prepare(environment)
  }

  /// What tells this toolchain from another one at the same path.
  var identity: String {
    guard let swift, let stamp = FileStamp(path: swift) else { return "" }
    return "\(swift) \(stamp.size) \(stamp.modified) \(stamp.inode)"
  }

  /// Stands for the environment that tools are started with, without what says only where and how
  /// deep in which shell we were started.
  var environmentHash: UInt64 {
    let fleeting: Set = ["PWD", "OLDPWD", "SHLVL", "_"]
    var hash = ContentHash()
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where !fleeting.contains(name) {
      hash.add("\(name)=\(value)".utf8)
    }
    return hash.value
  }

  private static func find(in path: String) -> String? {
    path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/swift" }
      .first {
        FileManager.default.isExecutableFile(atPath: $0) && FileStamp(path: $0) != nil
      }
  }

  /// Takes out what is meant for the server alone, so that a changed setting of ours does not make
  /// SwiftPM evaluate manifests again, and what would colour the output or move it; nothing may ask the user.
  private static func prepare(_ environment: [String: String]) -> [String: String] {
    let ours: Set = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET"]
    // The last one would move products to where `BuildRequest` does not know of.
    let theirs: Set = ["CLICOLOR_FORCE", "FORCE_COLOR", "SWIFTPM_BUILD_DIR"]
    var prepared = environment.filter { name, _ in
      !name.hasPrefix("SLIPWAY_") && !ours.contains(name) && !theirs.contains(name)
    }
    prepared["NO_COLOR"] = "1"
    prepared["GIT_TERMINAL_PROMPT"] = "0"
    // The backtrace of a crashed compiler takes seconds and tells our user nothing.
    prepared["SWIFT_BACKTRACE"] = "enable=no"
    return prepared
  }
}
