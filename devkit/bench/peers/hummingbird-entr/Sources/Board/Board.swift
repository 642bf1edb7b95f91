import Hummingbird

/// One route with the edition on it, at the port that the environment names.
@main
struct Board {
  static func main() async throws {
    let router = Router()
    router.get("/") { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "text/html; charset=utf-8"],
        body: .init(byteBuffer: ByteBuffer(string: "<!doctype html><p>\(edition)</p>"))
      )
    }
    let port = Environment().get("PORT", as: Int.self) ?? 8081
    let application = Application(
      router: router,
      configuration: .init(address: .hostname("127.0.0.1", port: port))
    )
    try await application.runService()
  }
}
