/// Everything that can be set, under the name that the configuration file gives it.
///
/// The other two names follow: a flag (`--hold-timeout`) and an environment variable
/// (`SLIPWAY_HOLD_TIMEOUT`).
package enum Setting: String, CaseIterable, Sendable {
  case listen
  case mounts
  case watch
  case ignore
  case onBuildFailure = "on-build-failure"
  case holdTimeout = "hold-timeout"
  case grace
  case open
  case generationHeader = "generation-header"
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

  /// How the configuration file writes the value of a setting.
  enum Shape {
    case scalar
    /// One value, or a list of them.
    case list
    /// A mapping from names to values.
    case table
  }

  var shape: Shape {
    switch self {
    case .listen, .ignore: .list
    case .mounts: .table
    case .watch, .onBuildFailure, .holdTimeout, .grace, .open, .generationHeader, .logFormat:
      .scalar
    case .headTimeout, .bodyTimeout, .idleTimeout, .writeTimeout, .headLimit, .requestLineLimit,
      .fieldLimit, .bodyLimit, .connectionLimit:
      .scalar
    }
  }

  /// The flag, named after one value where it may be repeated.
  package var flag: String {
    self == .mounts ? "--mount" : "--\(rawValue)"
  }

  package var environmentVariable: String {
    "SLIPWAY_" + flag.dropFirst(2).uppercased().replacing("-", with: "_")
  }
}
