import HTTPTypes
import SlipwayCore

let address = CommandLine.arguments.dropFirst().first ?? "localhost:8080"
var server = Server(listen: address)

server.mount("/static", directory: "public")

server.mount("/hello") { request, _ in
  Response(
    headerFields: [.contentType: "text/plain; charset=utf-8"],
    body: "You asked for \(request.path ?? "/")\n"
  )
}

// A request's body goes back while it arrives: neither side is ever far ahead of the other.
server.mount("/echo") { request, body in
  Response(
    headerFields: [.contentType: request.headerFields[.contentType] ?? "application/octet-stream"],
    body: ResponseBody(body)
  )
}

server.onExchange = { record in
  print(record.method, record.target.debugDescription, record.status ?? 0, record.took)
}

try await server.run { urls in
  print("Listening on \(urls.joined(separator: " and "))")
}
