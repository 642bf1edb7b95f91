/// An application made of a closure, which gets a task for each exchange.
struct ClosureApplication: Application {
  private let respond: Server.Responder

  init(_ respond: @escaping Server.Responder) {
    self.respond = respond
  }

  func handle(_ exchange: Exchange) {
    // A client waits for it: it goes before what the program does in the background.
    let task = Task(priority: .userInitiated) { await answer(exchange) }
    exchange.whenGone { task.cancel() }
  }

  private func answer(_ exchange: Exchange) async {
    do {
      let response = try await respond(exchange.request.head, RequestBody(of: exchange))
      try await response.send(over: exchange)
    } catch {
      exchange.fail(AppFailure(message: String(describing: error)))
    }
  }
}
