import SlipwayTestSupport
import Testing

/// What a test of the running server works with: the server, and what it serves.
struct ServedProject {
  /// The server whose log is shown with an issue.
  @TaskLocal static var current: ServerProcess?

  let project: Project
  let server: ServerProcess
  let port: UInt16

  /// A client on a connection of its own.
  func connect() throws -> RawClient { try RawClient(port: port) }

  /// One request on a connection of its own.
  func get(_ target: String = "/", fields: String = "") throws -> RawClient.Response {
    let client = try connect()
    try client.send("GET \(target) HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\(fields)\r\n")
    return try client.response()
  }

  /// The generation that answered.
  func generation(of response: RawClient.Response) -> Int? {
    response["slipway-generation"].flatMap { Int($0) }
  }
}

/// Serves an application in C while `body` runs; with `directory`, as the current directory.
func withServedProject(
  _ options: ServerProcess.Options = ServerProcess.Options(),
  arguments: [String] = [],
  directory isCurrent: Bool = false,
  prepare: (Project) throws -> Void = { _ in },
  _ body: (ServedProject) throws -> Void
) throws {
  var options = options
  options.arguments += arguments
  try ProjectPool.withProject { project in
    try prepare(project)
    if isCurrent { options.directory = project.path }
    try serve(project, options, body)
  }
}

/// Serves a project while `body` runs.
func serve(
  _ project: Project,
  _ options: ServerProcess.Options = ServerProcess.Options(),
  _ body: (ServedProject) throws -> Void
) throws {
  let server = try ServerProcess(serving: project.path, options)
  defer { server.stop() }
  try ServedProject.$current.withValue(server) {
    try server.untilListening()
    try body(ServedProject(project: project, server: server, port: try server.port))
  }
}

extension Trait where Self == IssueHandlingTrait {
  /// Adds the end of the server's log to every issue.
  static var showingServerLog: Self {
    .compactMapIssues { issue in
      // Suites and tests each have the trait.
      guard let server = ServedProject.current, !issue.comments.contains(where: isLog) else {
        return issue
      }
      var issue = issue
      issue.comments.append("\(logTitle)\n\(server.tail)")
      return issue
    }
  }
}

private let logTitle = "Log of the server:"

private func isLog(_ comment: Comment) -> Bool { comment.rawValue.hasPrefix(logTitle) }
