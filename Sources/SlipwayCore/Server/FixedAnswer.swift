/// What the gateway answers in an application's place, as an application: so that its answers keep
/// connections, drop bodies and reach the access log as all others do.
enum FixedAnswer: Application {
  case page(ErrorPage)
  case head(ResponseHead)

  func handle(_ exchange: Exchange) {
    switch self {
    case .page(let page): exchange.respond(page)
    case .head(let head): exchange.respond(head)
    }
  }
}
