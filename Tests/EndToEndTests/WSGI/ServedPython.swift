import SlipwayTestSupport

/// A Python application being served from a directory of the test's own.
struct ServedPython {
  let directory: ScratchDirectory
  let server: ServerProcess
  let port: UInt16
  var host = "e2e"

  func get(_ target: String = "/", fields: String = "") throws -> RawClient.Response {
    let client = try RawClient(port: port)
    try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(fields)\r\n")
    return try client.response()
  }

  func generation(of response: RawClient.Response) -> Int? {
    response["slipway-generation"].flatMap { Int($0) }
  }
}

/// Serves files with the first Python that there is, mounted at `/`, while `body` runs.
///
/// - Parameter options: lines for the mount in slipway.yaml.
func withServedPython(
  _ files: [String: String],
  serve target: String = "wsgi:app.py",
  python: Python? = nil,
  options: [String] = [],
  settings: [String] = [],
  environment: [String: String] = [:],
  listen: String = "127.0.0.1:0",
  named name: String = #function,
  _ body: (ServedPython) throws -> Void
) throws {
  try withScratchDirectory(named: name) { directory in
    for (name, content) in files { try directory.write(content, to: name) }
    let home = try python ?? .any
    let mount = ["serve: \(target)", "python-home: \(home.home)"] + options
    let lines = settings + ["mounts:", "  /:"] + mount.map { "    \($0)" }
    try directory.write(lines.joined(separator: "\n") + "\n", to: "slipway.yaml")
    var options = ServerProcess.Options()
    options.environment = environment
    options.listen = ["--listen", listen]
    let server = try ServerProcess(serving: directory.path, options)
    defer { server.stop() }
    try ServedProject.$current.withValue(server) {
      try server.untilListening()
      try body(ServedPython(directory: directory, server: server, port: server.port))
    }
  }
}

/// An application that answers with what is in a module of its own.
let revisionApplication = """
  from revision import TEXT

  def application(environ, start_response):
      start_response("200 OK", [("Content-Type", "text/plain")])
      return [TEXT.encode()]
  """
