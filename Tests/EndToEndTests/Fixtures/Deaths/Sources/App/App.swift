import CDeaths
import Glibc
import SlipwayApp

/// The line that makes this library an application.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  App.export(to: host)
}

/// `/die/NAME` dies, `/wait` never answers, `/stream` begins a response and then dies, `/alive`
/// answers; `/child` has a child crash, `/later?FILE` dies after its answer, when there is such a file,
/// `/handler` handles SIGSEGV. What `mood` says decides about the initialiser and the end.
struct App: Application {
  let host: Host

  init(host: Host) {
    self.host = host
    if mood == "sinks at once" { fatalError("it does not float") }
    if mood == "hangs" { while true { sleep(1) } }
    if mood == "sinks soon" {
      Task.detached {
        try await Task.sleep(for: .milliseconds(50))
        fatalError("it floats for a moment")
      }
    }
  }

  func respond(to request: Request) async throws -> Response {
    let name = request.path.split(separator: "/").last.map(String.init) ?? ""
    switch request.path {
    case let path where path.hasPrefix("/die/"):
      guard let death = deaths[name] else { return Response(status: .notFound) }
      print("dying of \(name)")
      death()
      return Response(body: ResponseBody("survived \(name)"))
    case "/wait":
      host.log(.info, "waiting")
      try await Task.sleep(for: .seconds(3600))
      return Response(body: ResponseBody("waited"))
    case "/stream":
      return Response(
        body: ResponseBody { writer in
          try await writer.write("begun")
          try await Task.sleep(for: .seconds(3600))
        }
      )
    case "/later":
      let file = request.query
      Task.detached {
        while access(file, F_OK) != 0 { try await Task.sleep(for: .milliseconds(20)) }
        death_null_read()
      }
      return Response(body: ResponseBody("soon"))
    case "/child": return Response(body: ResponseBody("signal \(child_dies())"))
    case "/handler":
      handle_segmentation_fault()
      return Response(body: ResponseBody("installed"))
    default:
      return Response(body: ResponseBody("\(mood) \(request.method)"))
    }
  }

  func shutdown() async {
    if mood == "sinks at the end" { fatalError("it does not like to end") }
  }
}
