import FoundationEssentials
import SlipwayApp

/// A refusal with its reason, in the words of RFC 9457.
struct Problem: Error, Equatable {
  var status: HTTPResponse.Status
  var detail: String

  /// The methods that would have been right (RFC 9110, section 10.2.1).
  var allow: String?

  var title: String { status.reasonPhrase }

  init(_ status: HTTPResponse.Status, _ detail: String, allow: String? = nil) {
    self.status = status
    self.detail = detail
    self.allow = allow
  }

  /// What an error means to the client; nil if it is none of the client's business.
  init?(_ error: any Error) {
    switch error {
    case let problem as Problem:
      self = problem
    case let error as ExchangeError where error == .bodyTooLarge:
      self.init(.contentTooLarge, "No more than \(Content.limit) bytes are taken.")
    case BoardError.noSuchNotice:
      self.init(.notFound, "There is no such notice.")
    case BoardError.full:
      self.init(.conflict, "The board is full. Take something down first.")
    case BoardError.damaged(let path):
      self.init(.internalServerError, "\(path) does not hold notices. Mend it, or move it away.")
    case BoardError.disk(let path, let reason):
      self.init(.internalServerError, "The notices could not be kept in \(path): \(reason).")
    default:
      return nil
    }
  }
}

/// The content of a request: text, with what the client says of its type.
struct Content {
  /// How many bytes are taken.
  static let limit = 16_384

  private let type: String
  private let text: String

  init(of request: Request) async throws {
    let field = request.headerFields[.contentType] ?? ""
    type = field.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    let bytes = try await request.body.collect(upTo: Self.limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.badRequest, "The content is not UTF-8.")
    }
    self.text = text
  }

  func json<Value: Decodable>(_: Value.Type) throws -> Value {
    try require("application/json")
    do {
      return try JSON.decoder.decode(Value.self, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw Problem(.badRequest, error.explanation)
    }
  }

  /// The fields of a form, decoded. Of those with the same name the last counts.
  func form() throws -> [String: String] {
    try require("application/x-www-form-urlencoded")
    guard let items = URLComponents(string: "?" + text.replacing("+", with: "%20"))?.queryItems
    else {
      throw Problem(.badRequest, "The content is not a form.")
    }
    return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
  }

  private func require(_ wanted: String) throws {
    guard type == wanted else {
      throw Problem(.unsupportedMediaType, "The content must be \(wanted).")
    }
  }
}

/// Dates as RFC 3339, members in a fixed order.
enum JSON {
  static let decoder = {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }()

  static let encoder = {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
}

extension HTTPRequest {
  /// Refuses every method but these, and HEAD where GET is one of them. A method that changes
  /// something is refused, too, if a page of another site had the visitor's browser send it:
  /// browsers say so, and other programs say nothing.
  func require(_ methods: Method...) throws(Problem) {
    let allowed = methods.contains(.get) ? methods + [.head] : methods
    guard allowed.contains(method) else {
      let list = allowed.map(\.rawValue).joined(separator: ", ")
      throw Problem(.methodNotAllowed, "Use \(list) here.", allow: list)
    }
    guard method == .get || method == .head || isFromOwnPage else {
      throw Problem(.forbidden, "The request comes from a page of another site.")
    }
  }

  private var isFromOwnPage: Bool {
    let site = headerFields.first { $0.name.canonicalName == "sec-fetch-site" }?.value
    if let site { return site == "same-origin" || site == "none" }
    guard let origin = headerFields[.origin] else { return true }
    return origin.hasSuffix("://\(authority ?? "")")
  }
}

extension Response {
  static func html(_ page: HTML, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headerFields: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-cache"],
      body: ResponseBody(page.text)
    )
  }

  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
      status: status,
      headerFields: [.contentType: "application/json", .cacheControl: "no-cache"],
      body: ResponseBody(Array(try JSON.encoder.encode(value)))
    )
  }

  static func problem(_ problem: Problem) throws -> Response {
    struct Members: Encodable {
      var status: Int
      var title: String
      var detail: String
    }
    let members = Members(
      status: problem.status.code,
      title: problem.title,
      detail: problem.detail
    )
    var response = try json(members, status: problem.status)
    response.headerFields[.contentType] = "application/problem+json"
    return response
  }

  /// Has a browser go on with GET, so that going back or reloading sends nothing twice.
  static func seeOther(_ path: String) -> Response {
    Response(status: .seeOther, headerFields: [.location: path])
  }
}

extension DecodingError {
  /// What is wrong with the JSON, for who wrote it.
  fileprivate var explanation: String {
    switch self {
    case .keyNotFound(let key, _):
      "The member \(key.stringValue) is missing."
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.codingPath.isEmpty
        ? "The content must be a JSON object."
        : "The member \(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type."
    case .dataCorrupted:
      "The content is not JSON."
    @unknown default:
      "The content cannot be read."
    }
  }
}
