import FoundationEssentials
import SlipwayApp

/// The line that makes this library an application: Slipway calls it once a generation.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  App.export(to: host)
}

/// A notice board: a page with a form that follows what others pin up, an API for programs, and a
/// clock.
struct App: Application {
  private let board: Board

  init(host: Host) {
    self.init(directory: "\(host.directory)/data")
  }

  init(directory: String) {
    board = Board(directory: directory)
  }

  /// Answers a request. What the visitor did wrong, or the board could not do, becomes a response;
  /// any other error goes on to Slipway and becomes its error page.
  func respond(to request: Request) async throws -> Response {
    var response: Response
    do {
      response = try await route(request)
    } catch {
      guard let problem = Problem(error) else { throw error }
      response =
        try request.path.hasPrefix("/api/")
        ? .problem(problem) : .html(problemPage(problem), problem.status)
      if let allow = problem.allow { response.headerFields[.allow] = allow }
    }
    response.headerFields[.xContentTypeOptions] = "nosniff"
    response.headerFields[.contentSecurityPolicy] =
      "default-src 'self'; form-action 'self'; frame-ancestors 'none'"
    return response
  }

  private func route(_ request: Request) async throws -> Response {
    let head = request.head
    let path = request.path
    let api = API(board: board)
    switch path {
    case "/":
      try head.require(.get)
      return .html(boardPage(notices: try await board.notices()))
    case "/notices":
      try head.require(.post)
      return try await pinUp(Content(of: request))
    case "/changes":
      return changes(request)
    case "/clock":
      try head.require(.get)
      return clock()
    case "/api/notices":
      try head.require(.get, .post)
      guard head.method == .post else { return try await api.list() }
      return try await api.post(Content(of: request))
    default:
      if let id = number(in: path, between: "/api/notices/", and: "") {
        try head.require(.delete)
        return try await api.remove(id: id)
      }
      if let id = number(in: path, between: "/notices/", and: "/remove") {
        try head.require(.post)
        try await board.remove(id: id)
        return .seeOther("/")
      }
      throw Problem(.notFound, "There is nothing at \(path).")
    }
  }

  /// What the form on the page sends. A mistake brings the page back with the text still in it.
  private func pinUp(_ content: Content) async throws -> Response {
    let form = try content.form()
    let author = form["author"] ?? ""
    let text = form["text"] ?? ""
    do {
      _ = try await board.post(Draft(author: author, text: text))
      return .seeOther("/")
    } catch let problem as Problem {
      let notices = try await board.notices()
      let page = boardPage(notices: notices, problem: problem, author: author, text: text)
      return .html(page, problem.status)
    }
  }

  /// A WebSocket that says when the board has changed, and once when it opens: what happened before
  /// that, the page has missed. Only pages of this site may open it.
  private func changes(_ request: Request) -> Response {
    .webSocket(request, maximumMessageSize: 0) { [board] socket in
      for await _ in await board.changes() {
        try await socket.send("changed")
      }
    }
  }

  /// The time, once a second as server-sent events, until the client is gone: then the task is
  /// cancelled, and the sleep throws.
  private func clock() -> Response {
    Response(
      headerFields: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody(streaming: { client in
        while true {
          try await client.write("data: \(Date.now.formatted(.iso8601))\n\n")
          try await Task.sleep(for: .seconds(1))
        }
      })
    )
  }
}

/// The number that stands between the two parts of a path, and nothing else.
private func number(in path: String, between start: String, and end: String) -> Int? {
  guard path.hasPrefix(start), path.hasSuffix(end) else { return nil }
  return Int(path.dropFirst(start.count).dropLast(end.count))
}
