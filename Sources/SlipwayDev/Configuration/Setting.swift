/// Everything that can be set, under the name that the configuration file gives it.
///
/// The other two names follow: a flag (`--hold-timeout`) and an environment variable
/// (`SLIPWAY_HOLD_TIMEOUT`).
package enum Setting: String, CaseIterable, Sendable {
  case listen
  case allowedHosts = "allowed-hosts"
  case mounts
  case watch
  case ignore
  case configuration
  case buildFlags = "build-flags"
  case sanitize
  case onBuildFailure = "on-build-failure"
  case holdTimeout = "hold-timeout"
  case grace
  case loadTimeout = "load-timeout"
  case crashLimit = "crash-limit"
  case open
  case generationHeader = "generation-header"
  case tls
  case tlsCertificate = "tls-certificate"
  case tlsKey = "tls-key"
  case logFormat = "log-format"
  case headTimeout = "head-timeout"
  case bodyTimeout = "body-timeout"
  case idleTimeout = "idle-timeout"
  case writeTimeout = "write-timeout"
  case headLimit = "head-limit"
  case requestLineLimit = "request-line-limit"
  case fieldLimit = "field-limit"
  case bodyLimit = "body-limit"
  case connectionLimit = "connection-limit"
  case accessLog = "access-log"
  case errorLog = "error-log"
  case applicationOutput = "application-output"
  case debugSocket = "debug-socket"
  case waitForDebugger = "wait-for-debugger"
  case console
  case searchPaths = "search-paths"
  case debuggerEnvironment = "debugger-environment"

  /// How the configuration file writes the value of a setting.
  enum Shape {
    case scalar
    /// One value, or a list of them.
    case list
    /// A mapping from names to values, or to lists of them.
    case table
    /// A mapping from prefixes to what is served, or to mappings of options.
    case mounts
    /// One value, or a mapping from options to values.
    case options
  }

  var shape: Shape {
    switch self {
    case .listen, .allowedHosts, .ignore, .buildFlags: .list
    case .mounts: .mounts
    case .accessLog, .errorLog: .options
    case .searchPaths, .debuggerEnvironment: .table
    case .watch, .configuration, .sanitize, .onBuildFailure, .holdTimeout, .grace, .loadTimeout,
      .crashLimit, .open, .generationHeader, .tls, .tlsCertificate, .tlsKey, .logFormat,
      .headTimeout, .bodyTimeout, .idleTimeout, .writeTimeout, .headLimit, .requestLineLimit,
      .fieldLimit, .bodyLimit, .connectionLimit, .applicationOutput, .debugSocket, .waitForDebugger,
      .console:
      .scalar
    }
  }

  /// The flag, named after one value where it may be repeated.
  package var flag: String {
    switch self {
    case .mounts: "--mount"
    case .allowedHosts: "--allowed-host"
    case .searchPaths: "--search-path"
    case .buildFlags: "--build-flag"
    default: "--\(rawValue)"
    }
  }

  package var environmentVariable: String {
    "SLIPWAY_" + flag.dropFirst(2).uppercased().replacing("-", with: "_")
  }
}
