import SlipwayApp
import Synchronization

/// The application of these tests: each path does one thing.
struct Harbour: Application {
  private let host: Host

  init(host: Host) throws {
    self.host = host
    host.log(.notice, "Generation \(host.generation) of \(host.directory)", label: "harbour")
  }

  func respond(to request: Request) async throws -> Response {
    switch request.path {
    case "/describe": describe(request)
    case "/echo": echo(request)
    case "/rewrite": rewrite(request)
    case "/collect": Response(body: ResponseBody(try await request.body.collect(upTo: 10)))
    case "/sequence": Response(body: ResponseBody(Countdown(from: 3)))
    case "/empty": Response(status: .noContent)
    case "/forever": Response(body: ResponseBody(streaming: forever))
    case "/wait": try await wait()
    case "/interrupted": try await interrupt(request)
    case "/throws": throw Storm(force: 12)
    case "/throws-late": Response(body: ResponseBody(streaming: throwLate))
    case "/status": Response(status: .init(code: 700))
    default: Response(headerFields: [.contentType: "text/plain"], body: "Hello from Swift\n")
    }
  }

  func shutdown() async {
    host.log(.info, "Closed")
  }

  struct Storm: Error {
    var force: Int
  }

  private func describe(_ request: Request) -> Response {
    let fields = request.headerFields.map { "\($0.name.rawName)=\($0.value)" }
    let items = request.queryItems.map { "\($0.name)→\($0.value)" }
    return Response(
      body: """
        \(request.method.rawValue) \(request.head.path ?? "") \(request.head.scheme ?? "")
        \(request.mountPrefix) \(request.path) \(request.query) \(request.decodedPath ?? "nil")
        \(items.joined(separator: " "))
        \(request.head.authority ?? "nil") \(request.peer?.address ?? "nil")
        \(request.body.contentLength ?? -1) \(request.httpMinorVersion)
        \(fields.joined(separator: ", "))
        """
    )
  }

  /// Changes a copy: what the gateway passed stays as it is.
  private func rewrite(_ request: Request) -> Response {
    var changed = request
    changed.head.method = .put
    changed.head.headerFields[.userAgent] = "pilot"
    let requests = [request, changed]
    let lines = requests.map { "\($0.method) \($0.headerFields[.userAgent] ?? "nobody")" }
    return Response(body: ResponseBody(lines.joined(separator: "\n")))
  }

  private func echo(_ request: Request) -> Response {
    Response(
      body: ResponseBody(streaming: { writer in
        var total = 0
        for try await chunk in request.body {
          total += chunk.count
          try await writer.write(chunk)
        }
        var trailers = request.body.trailers ?? [:]
        if let name = HTTPField.Name("X-Total") { trailers[name] = "\(total)" }
        writer.trailers = trailers
      })
    )
  }

  private func forever(_ writer: ResponseBodyWriter) async throws {
    do {
      while true { try await writer.write("tick\n") }
    } catch {
      host.log(.info, "Stream ended: \(error), cancelled: \(Task.isCancelled)")
      throw error
    }
  }

  private func wait() async throws -> Response {
    host.log(.info, "Waiting")
    do {
      try await Task.sleep(for: .seconds(3600))
    } catch {
      host.log(.info, "Cancelled")
      throw error
    }
    return Response()
  }

  /// Gives up a read while it waits, and reads on: no byte may be lost.
  private func interrupt(_ request: Request) async throws -> Response {
    let reading = Task {
      var iterator = request.body.makeAsyncIterator()
      return try await iterator.next()
    }
    reading.cancel()
    let outcome = await reading.result
    host.log(.info, "Interrupted")
    let collected = try await request.body.collect(upTo: 100)
    switch outcome {
    case .success(let bytes): return Response(body: ResponseBody((bytes ?? []) + collected))
    case .failure: return Response(body: ResponseBody(collected))
    }
  }

  private func throwLate(_ writer: ResponseBodyWriter) async throws {
    try await writer.write("so far")
    throw Storm(force: 9)
  }
}

/// Chunks that count down.
private struct Countdown: AsyncSequence {
  let from: Int

  func makeAsyncIterator() -> Iterator { Iterator(next: from) }

  struct Iterator: AsyncIteratorProtocol {
    var next: Int

    mutating func next() async -> String.UTF8View? {
      guard next > 0 else { return nil }
      defer { next -= 1 }
      return "\(next) ".utf8
    }
  }
}

/// An application that does not start.
struct Wreck: Application {
  struct Sunk: Error {}

  init(host: Host) throws { throw Sunk() }

  func respond(to request: Request) async throws -> Response { Response() }
}
