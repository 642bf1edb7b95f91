import FoundationEssentials
import Glibc
import SlipwaySystem

/// `.slipway/server.json`: where tools find the running server. Replaced as a whole at each change,
/// readable by its owner only, and removed at an orderly end.
struct ServerFile: Sendable {
  private struct Content: Codable {
    var urls: [String]
    var pid: Int32
    var generation: Int
    var state: String
    var sockets: [String: String]
  }

  private let path: String
  private let urls: [String]
  private let generation: Int
  private let debugSocket: String?

  /// - Parameters:
  ///   - directory: the `.slipway` of the served directory.
  ///   - debugSocket: `HOST:PORT` or `unix:PATH`.
  init(directory: String, urls: [String], generation: Int, debugSocket: String?) {
    path = directory + "/server.json"
    self.urls = urls
    self.generation = generation
    self.debugSocket = debugSocket
  }

  func publish(_ state: ServerState) throws(SystemError) {
    var sockets = Dictionary(
      urls.filter { $0.hasPrefix("unix:") }.map { ("http", String($0.dropFirst(5))) },
      uniquingKeysWith: { first, _ in first }
    )
    sockets["debug"] = debugSocket
    let content = Content(
      urls: urls.filter { $0.hasPrefix("http") },
      pid: getpid(),
      generation: generation,
      state: state.rawValue,
      sockets: sockets
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(content) else { return }
    try AtomicFile.write(Array(json) + [10], to: path)
  }

  func remove() {
    unlink(path)
  }
}
