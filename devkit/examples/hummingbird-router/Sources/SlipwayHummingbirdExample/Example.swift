import Hummingbird
import SlipwayApp

/// A few routes, as any Hummingbird application has them.
struct Example: SlipwayApp.Application {
  private let router: HostedRouter

  init(host: Host) {
    let router = Router(context: HostedContext.self, options: .autoGenerateHeadEndpoints)

    router.get("/") { _, _ in
      "Hello from a Hummingbird router inside Slipway\n"
    }

    router.get("ports/:name") { _, context in
      let name = try context.parameters.require("name")
      context.logger.info("Somebody asks for a port", metadata: ["name": "\(name)"])
      return "\(name), asked for by \(context.peer?.address ?? "a local process")\n"
    }

    router.post("echo") { request, _ in
      Hummingbird.Response(status: .ok, body: .init(asyncSequence: request.body))
    }

    router.get("ticks/:count") { _, context in
      let count = try context.parameters.require("count", as: Int.self)
      return Hummingbird.Response(
        status: .ok,
        body: .init { writer in
          for tick in 0..<max(0, count) {
            try await writer.write(ByteBuffer(string: "tick \(tick)\n"))
            try await Task.sleep(for: .milliseconds(100))
          }
          try await writer.finish([.eTag: "\"\(count)\""])
        }
      )
    }

    self.router = HostedRouter(router.buildResponder(), host: host)
  }

  func respond(to request: SlipwayApp.Request) async throws -> SlipwayApp.Response {
    try await router.respond(to: request)
  }
}

/// What the server calls when it has loaded the library.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  Example.export(to: host)
}
