package import SlipwayCore

/// Everything that can be configured, after file, environment and flags have been laid over one
/// another and every path has been made absolute.
package struct DevConfiguration: Sendable, Equatable, Codable {
  /// The served directory: where `slipway.yaml` is looked for and `.slipway` is kept.
  package var directory: String

  /// The configuration file in force, if there is one.
  package var file: String?

  package var listen: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 8080)]

  /// The hosts that are answered for, beside this machine's own names and literal addresses.
  package var allowedHosts: [HostPattern] = []

  package var mounts: [MountConfiguration] = []

  /// Whether changes are watched for.
  package var isWatching = true

  /// Directories and patterns that are not watched, beyond the built-in ones (.gitignore syntax).
  package var ignore: [String] = []

  /// How packages are built; nil if nothing is said of it.
  package var build: BuildSettings?

  package var onBuildFailure: BuildFailurePolicy = .page

  /// How long an exchange is held while the gate is closed.
  package var holdTimeout: Duration = .seconds(60)

  /// How long running exchanges may go on once a restart has been ordered.
  package var grace: Duration = .seconds(2)

  /// How long an application may take to load before it is shown where it hangs.
  package var loadTimeout: Duration = .seconds(10)

  /// After how many crashes in ten seconds an application is not loaded again by itself; 0 for
  /// never.
  package var crashLimit = CrashHistory.defaultLimit

  /// Whether to open a browser once, at the first start.
  package var opensBrowser = false

  /// Whether responses carry `Slipway-Generation`.
  package var sendsGeneration = true

  /// Whether TCP listeners speak HTTPS; nil if nothing is said of it.
  package var tls: Bool?

  /// The file of the user's certificate, with its chain, and that of its key, if it is another.
  package var tlsCertificate: String?
  package var tlsKey: String?

  /// Whether TCP listeners speak HTTPS: who names a certificate wants it used.
  package var usesTLS: Bool { tls ?? (tlsCertificate != nil) }

  package var logFormat: LogFormat = .text

  /// What a connection may cost.
  package var limits = ConnectionLimits()
  /// How and where exchanges are logged; nil for the usual lines on the terminal.
  package var accessLog: LogConfiguration?

  /// The file for what goes wrong, beside the terminal.
  package var errorLog: LogConfiguration?

  package var applicationOutput: OutputPolicy = .prefixed

  package var debugSocket: DebugSocketSetting = .usual

  /// Whether no exchange is dispatched before a debugger has attached and let the process run.
  package var waitsForDebugger = false

  /// Whether code can be evaluated in the frames of tracebacks.
  package var hasConsoles = false

  /// Directories added for building, loading, importing and debugging.
  package var searchPaths = SearchPaths()

  /// Variables for debuggers alone: see `DebuggerTools`.
  package var debuggerEnvironment: [String: String] = [:]

  /// 0 for normal, 1 for `-v`, 2 for `-vv`.
  package var verbosity = 0

  package init(directory: String) {
    self.directory = directory
  }

  package enum BuildFailurePolicy: String, Sendable, CaseIterable, Codable {
    /// Answer with the failure.
    case page
    /// Go on serving the last generation that was good.
    case previous
  }

  /// What becomes of what the application prints.
  package enum OutputPolicy: String, Sendable, CaseIterable, Codable {
    /// It is shown line by line, with time and mount.
    case prefixed
    /// Its descriptors are those that the server was started with.
    case raw
  }

  package enum LogFormat: String, Sendable, CaseIterable, Codable {
    case text, json
  }
}

/// Where the gateway listens.
package enum ListenAddress: Sendable, Hashable, Codable {
  /// Port 0 lets the system choose.
  case tcp(host: String, port: Int)
  case unix(path: String)
  /// A listening socket inherited from whoever started the process.
  case descriptor(Int32)
}

/// One line of the mount table.
package struct MountConfiguration: Sendable, Hashable, Codable {
  /// `/`, or a path without a trailing slash.
  package var prefix: String
  package var target: Target

  /// What holds for every exchange of the mount.
  package var rules: MountRules

  /// How files are served; of no account for other targets.
  package var filesOptions: FilesOptions

  /// How Python is run; of no account for other targets.
  package var pythonOptions = PythonOptions()

  package init(
    prefix: String,
    target: Target,
    rules: MountRules = MountRules(),
    filesOptions: FilesOptions = FilesOptions()
  ) {
    self.prefix = prefix
    self.target = target
    self.rules = rules
    self.filesOptions = filesOptions
  }

  package enum Target: Sendable, Hashable, Codable {
    /// A directory of static files.
    case files(directory: String)
    /// A dynamic library product of a Swift package; the only one if no product is named.
    case swift(package: String, product: String?)
    /// A Python callable.
    case wsgi(PythonTarget)
  }
}
