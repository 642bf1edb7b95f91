import Glibc
import SlipwayApp

/// The line that makes this library an application.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  App.export(to: host)
}

/// Answers with the text; `/print` prints a line with it; `/block` takes every thread of Swift's pool away for ever, and half of
/// them by spinning.
struct App: Application {
  let host: Host

  init(host: Host) {
    self.host = host
  }

  func respond(to request: Request) async throws -> Response {
    if request.path == "/block" {
      for number in 0..<64 {
        Task.detached { [host] in
          host.log(.info, "A thread is gone")
          while true {
            if number.isMultiple(of: 2) { pause() }
          }
        }
      }
    }
    if request.path == "/print" { print("\(text) printed") }
    return Response(headerFields: [.contentType: "text/plain"], body: ResponseBody(text))
  }
}
