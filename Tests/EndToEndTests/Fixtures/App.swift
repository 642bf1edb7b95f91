import Glibc
import SlipwayApp

/// The line that makes this library an application.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  App.export(to: host)
}

/// Answers with the text; `/print` prints a line with it; `/block` takes every thread of Swift's pool
/// away for ever, and half of them by spinning; `/socket` is a WebSocket that says the text before
/// what it is sent, `/page` a page that uses it and reports to `/report`, which logs.
struct App: Application {
  let host: Host

  init(host: Host) {
    self.host = host
  }

  func respond(to request: Request) async throws -> Response {
    switch request.path {
    case "/block":
      for number in 0..<64 {
        Task.detached { [host] in
          host.log(.info, "A thread is gone")
          while true {
            if number.isMultiple(of: 2) { pause() }
          }
        }
      }
    case "/print": print("\(text) printed")
    case "/socket":
      return .webSocket(request, protocols: ["v1"]) { socket in
        for await case .text(let message) in socket.messages {
          try await socket.send("\(text) \(message)")
        }
      }
    case "/page":
      return Response(
        headerFields: [.contentType: "text/html; charset=utf-8"],
        body: ResponseBody(page)
      )
    case "/report":
      let report = try await request.body.collect(upTo: 1000)
      host.log(.info, "Report: \(String(decoding: report, as: UTF8.self))")
    default: break
    }
    return plain(text)
  }
}

private func plain(_ answer: String) -> Response {
  let body = ResponseBody(answer)  // Debuggers stop here
  return Response(headerFields: [.contentType: "text/plain"], body: body)
}

/// Connects, says hello, and connects again whenever the server closes.
private let page = """
  <!doctype html>
  <meta name="slipway-live-reload" content="off">
  <script>
  function report(text) {
    document.body?.append(text);
    fetch("/report", { method: "POST", body: text });
  }
  function connect(number) {
    const socket = new WebSocket(
      `${location.protocol.replace("http", "ws")}//${location.host}/socket`, ["v2", "v1"]);
    socket.onopen = () => socket.send(`grüße ${number} ${socket.protocol}`);
    socket.onmessage = ({ data }) => report(`message ${data}`);
    socket.onclose = ({ code, wasClean }) => {
      report(`close ${code} ${wasClean}`);
      connect(number + 1);
    };
  }
  connect(1);
  </script>
  """
