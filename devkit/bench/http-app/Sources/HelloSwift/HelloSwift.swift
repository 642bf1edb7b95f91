import SlipwayApp

struct Hello: Application {
  init(host: Host) {}

  func respond(to request: Request) async throws -> Response {
    Response(headerFields: [.contentType: "text/plain"], body: "Hello, world\n")
  }
}

/// What Slipway calls when it has loaded the library.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  Hello.export(to: host)
}
