import ArgumentParser
import SlipwayDev

/// What connections and requests may cost. See `ConfigurationFlags` on why these are texts.
struct LimitFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long the head of a request may take. (default: 30s)",
      valueName: "duration"
    )
  )
  var headTimeout: String?

  @Option(
    help: ArgumentHelp(
      "How long a body that is being read may pause. (default: 60s)",
      valueName: "duration"
    )
  )
  var bodyTimeout: String?

  @Option(
    help: ArgumentHelp(
      "How long a connection may wait for a request. (default: 120s)",
      valueName: "duration"
    )
  )
  var idleTimeout: String?

  @Option(
    help: ArgumentHelp(
      "How long a client may take nothing of its response. (default: 60s)",
      valueName: "duration"
    )
  )
  var writeTimeout: String?

  @Option(
    help: ArgumentHelp("Bytes of the head of a request. (default: 64k)", valueName: "size")
  )
  var headLimit: String?

  @Option(
    help: ArgumentHelp("Bytes of the first line of a request. (default: 16k)", valueName: "size")
  )
  var requestLineLimit: String?

  @Option(
    help: ArgumentHelp("Header fields of a request. (default: 200)", valueName: "number")
  )
  var fieldLimit: String?

  @Option(
    help: ArgumentHelp("Bytes of the body of a request. (default: 1G)", valueName: "size")
  )
  var bodyLimit: String?

  @Option(
    help: ArgumentHelp("Connections at a time. (default: 16384)", valueName: "number")
  )
  var connectionLimit: String?

  var settings: [Setting: [String]] {
    [
      .headTimeout: headTimeout, .bodyTimeout: bodyTimeout, .idleTimeout: idleTimeout,
      .writeTimeout: writeTimeout, .headLimit: headLimit, .requestLineLimit: requestLineLimit,
      .fieldLimit: fieldLimit, .bodyLimit: bodyLimit, .connectionLimit: connectionLimit,
    ]
    .compactMapValues { $0.map { [$0] } }
  }
}
