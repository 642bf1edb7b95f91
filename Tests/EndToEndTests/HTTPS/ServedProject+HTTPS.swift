import SlipwayTestSupport

extension ServedProject {
  /// The file that a client has to trust.
  var authority: String { project.path + "/.slipway/tls/authority.pem" }

  /// The processes that speak HTTPS for the server.
  var fronts: [Int32] {
    ProcessInspection.descendants(of: server.pid, running: "slipway-tls")
  }

  func http2(_ host: String = "localhost") throws -> HTTP2Client {
    try HTTP2Client(port: port, host: host, authority: authority)
  }

  /// Runs curl on a target.
  func curl(
    _ arguments: [String],
    _ target: String = "/",
    host: String = "localhost",
    authority: String? = nil
  ) throws -> CommandRun {
    try CommandRun(
      [
        "/usr/bin/curl", "--silent", "--show-error", "--max-time", "\(ServerProcess.patience)",
        "--cacert", authority ?? self.authority, "--resolve", "localhost:\(port):127.0.0.1",
      ] + arguments + ["https://\(host):\(port)\(target)"]
    )
  }

  func shell(_ script: String) throws -> CommandRun {
    try CommandRun(["/bin/sh", "-c", script])
  }

  /// What openssl says of a handshake.
  func handshake(_ flags: String, authority: String? = nil) throws -> CommandRun {
    try shell(
      "openssl s_client \(flags) -CAfile '\(authority ?? self.authority)' "
        + "-connect 127.0.0.1:\(port) </dev/null 2>&1"
    )
  }
}
