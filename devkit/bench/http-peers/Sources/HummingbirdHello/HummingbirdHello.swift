import Hummingbird
import NIOPosix

/// One route that answers with a fixed text. Arguments: port, event-loop threads.
@main
struct HummingbirdHello {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard arguments.count == 2 else { fatalError("usage: HummingbirdHello PORT THREADS") }
    let router = Router()
    router.get("/") { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "text/plain"],
        body: .init(byteBuffer: ByteBuffer(string: "Hello, world\n"))
      )
    }
    let application = Application(
      router: router,
      configuration: .init(address: .hostname("127.0.0.1", port: arguments[0])),
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: arguments[1]))
    )
    try await application.runService()
  }
}
