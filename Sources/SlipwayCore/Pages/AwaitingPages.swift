import NIOCore
import Synchronization

/// Pages of failed requests at which browsers that run no scripts wait for new code.
///
/// What an application did with a request must not be done again only because somebody looks at the
/// page of it. So that page does not ask for what failed, but for itself, here. It is shown again as
/// long as the same application would get the request. Where the gate would hold or answer it, and in
/// the next generation, which knows none of these pages, the browser is sent to what it wanted.
final class AwaitingPages: Application {
  private struct Kept {
    var token: String
    var page: ErrorPage
    var requestID: String
  }

  /// What somebody may have open at a time; an older page asks for what it wanted.
  private static let limit = 32

  /// The segment below `/_slipway/`.
  static let name = "failed"

  private let kept = Mutex<[Kept]>([])
  private let mounts: MountTable
  private let gatekeeper: any Gatekeeper

  init(_ mounts: MountTable, _ gatekeeper: any Gatekeeper) {
    self.mounts = mounts
    self.gatekeeper = gatekeeper
  }

  /// Where the page of a request for `target` is to be asked for; nil if there is no way back to that.
  /// Nobody else can know the address.
  func keep(_ page: ErrorPage, requestID: String, target: String) -> String? {
    guard target.utf8.count <= 2_000, PageLink(path: target) != nil else { return nil }
    let token = Secret.random(words: 2)
    kept.withLock { kept in
      if kept.count == Self.limit { kept.removeFirst() }
      kept.append(Kept(token: token, page: page, requestID: requestID))
    }
    return Self.address(token, target)
  }

  func handle(_ exchange: Exchange) {
    let request = exchange.request
    guard ["GET", "HEAD"].contains(request.method), let target = Self.target(in: request.query)
    else {
      return exchange.respond(.noInternalPage(request.path))
    }
    let token = request.path.split(separator: "/").dropFirst().first.map(String.init)
    guard let kept = kept.withLock({ $0.first { $0.token == token } }), wouldGetTheSame(target)
    else {
      return exchange.respond(ResponseHead(status: 303, fields: ["Location": target]))
    }
    let (type, body) = kept.page.render(
      accept: request.fields.list("Accept"),
      requestID: kept.requestID,
      waitingAt: Self.address(kept.token, target)
    )
    var fields = kept.page.responseFields
    fields.add(name: "Content-Type", value: type)
    exchange.respond(ResponseHead(status: 200, fields: fields), body: body)
  }

  /// Whether the application in memory, which failed, is still the newest.
  private func wouldGetTheSame(_ target: String) -> Bool {
    guard case .found(let mount, _, _) = mounts.resolve(target),
      case .dispatch = gatekeeper.admit(to: mount)
    else { return false }
    return true
  }

  private static func address(_ token: String, _ target: String) -> String {
    "/_slipway/\(name)/\(token)?of=\(PercentEncoding.encode(segment: target.utf8))"
  }

  /// Only a path of this server: this must not be a way to be sent elsewhere.
  private static func target(in query: String) -> String? {
    guard query.hasPrefix("of="), let bytes = PercentEncoding.decode(query.utf8.dropFirst(3)) else {
      return nil
    }
    return PageLink(path: String(decoding: bytes, as: UTF8.self))?.url
  }
}
