import SlipwayApp

/// The application of the tests of tunnels: each path speaks another protocol, or the same
/// differently.
struct Lighthouse: Application {
  private let host: Host

  init(host: Host) {
    self.host = host
  }

  struct Storm: Error {}

  func respond(to request: Request) async throws -> Response {
    switch request.path {
    case "/echo":
      .webSocket(request, protocols: ["v2", "v1"], maximumMessageSize: 200_000) { socket in
        for await message in socket.messages { try await socket.send(message) }
        host.log(.info, "Echo closed: \(socket.closeCode?.rawValue ?? 0)")
      }
    case "/anybody":
      .webSocket(request, from: .any) { try await $0.send($0.subprotocol ?? "none") }
    case "/friends":
      .webSocket(request, from: .listed(["https://friend.example"])) { try await $0.send("hello") }
    case "/throws":
      .webSocket(request) { _ in throw Storm() }
    case "/closes":
      .webSocket(request) { socket in
        socket.close(.init(rawValue: 4001), reason: "low tide")
        do {
          try await socket.send("too late")
        } catch {
          host.log(.info, "\(error)")
        }
        for await message in socket.messages { host.log(.info, "Still came: \(message)") }
      }
    case "/waits":
      .webSocket(request) { socket in
        host.log(.info, "Waiting")
        do {
          try await Task.sleep(for: .seconds(3600))
        } catch {
          host.log(.info, "Cancelled: \(socket.closeCode?.rawValue ?? 0)")
          throw error
        }
      }
    case "/floods":
      .webSocket(request) { socket in
        let message = WebSocket.Message.binary([UInt8](repeating: 7, count: 100_000))
        while true { try await socket.send(message) }
      }
    case "/ping":
      .webSocket(request) { socket in
        try await socket.ping()
        for await message in socket.messages { try await socket.send(message) }
      }
    case "/raw":
      raw(request)
    case "/unasked":
      .upgrade(to: "echo") { _ in }
    default:
      Response()
    }
  }

  private func raw(_ request: Request) -> Response {
    guard request.upgrade.contains("echo") else {
      return Response(status: .upgradeRequired, headerFields: [.upgrade: "echo"])
    }
    return .upgrade(to: "echo") { tunnel in
      do {
        for try await bytes in tunnel { try await tunnel.write(bytes) }
        try await tunnel.write(Array("end".utf8))
      } catch {
        host.log(.info, "Tunnel ended: \(error)")
        throw error
      }
    }
  }
}
