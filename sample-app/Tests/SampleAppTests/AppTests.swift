import HTTPTypes
import SlipwayApp
import Testing

@testable import SampleApp

@Suite(.timeLimit(.minutes(1)))
struct AppTests {
  private let json: HTTPFields = [.contentType: "application/json"]
  private let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

  /// The status and fields that a new board answers one request with.
  private func answer(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ fields: HTTPFields = [:],
    _ body: [UInt8] = []
  ) async throws -> HTTPResponse {
    try await withScratchDirectory { directory in
      let request = Request(testing: method, path, headerFields: fields, body: RequestBody(body))
      let response = try await App(directory: directory).respond(to: request)
      return HTTPResponse(status: response.status, headerFields: response.headerFields)
    }
  }

  @Test(arguments: ["/", "/api/notices", "/clock"], [HTTPRequest.Method.get, .head])
  func servesItsPages(path: String, method: HTTPRequest.Method) async throws {
    #expect(try await answer(method, path).status == .ok)
  }

  @Test func postingCreatesANotice() async throws {
    let body = #"{"author": "Aurora", "text": "Late today"}"#
    let response = try await answer(.post, "/api/notices", json, Array(body.utf8))
    #expect(response.status == .created)
    #expect(response.headerFields[.location] == "/api/notices/4")
  }

  @Test(
    arguments: [
      #"{"author": "Aurora"}"#, #"{"author": "Aurora", "text": 7}"#, #"[]"#, #"nonsense"#, "",
      #"{"author": "", "text": "x"}"#, #"{"author": "Aurora", "text": null}"#,
    ]
  )
  func malformedJSONIsABadRequest(body: String) async throws {
    let response = try await answer(.post, "/api/notices", json, Array(body.utf8))
    #expect(response.status == .badRequest)
    #expect(response.headerFields[.contentType] == "application/problem+json")
  }

  @Test func bytesThatAreNotTextAreABadRequest() async throws {
    #expect(try await answer(.post, "/api/notices", json, [0xFF, 0xFE]).status == .badRequest)
  }

  @Test(arguments: ["/notices", "/api/notices"])
  func anotherContentTypeIsRefused(path: String) async throws {
    let response = try await answer(.post, path, [.contentType: "text/plain"], Array("{}".utf8))
    #expect(response.status == .unsupportedMediaType)
  }

  @Test(
    arguments: [
      ("/", HTTPRequest.Method.post, "GET, HEAD"),
      ("/notices", .get, "POST"),
      ("/api/notices", .put, "GET, POST, HEAD"),
      ("/api/notices/1", .get, "DELETE"),
    ]
  )
  func anotherMethodIsRefused(path: String, method: HTTPRequest.Method, allow: String) async throws
  {
    let response = try await answer(method, path)
    #expect(response.status == .methodNotAllowed)
    #expect(response.headerFields[.allow] == allow)
  }

  @Test(arguments: ["/nothing", "/api/nothing", "/api/notices/x", "/notices/1/", "//", ""])
  func anythingElseIsNotFound(path: String) async throws {
    #expect(try await answer(.get, path).status == .notFound)
  }

  @Test func noticesAreTakenDown() async throws {
    #expect(try await answer(.delete, "/api/notices/1").status == .noContent)
    #expect(try await answer(.post, "/notices/1/remove").status == .seeOther)
  }

  @Test(arguments: ["/api/notices/99", "/api/notices/-1"])
  func noticesThatAreNotThereAreNotFound(path: String) async throws {
    #expect(try await answer(.delete, path).status == .notFound)
  }

  @Test func theFormPostsAndGoesBackToThePage() async throws {
    let body = "author=M%2FS+Aurora&text=L%C3%A4te+%26+sorry%0D%0AMaster"
    let response = try await answer(.post, "/notices", form, Array(body.utf8))
    #expect(response.status == .seeOther)
    #expect(response.headerFields[.location] == "/")
  }

  @Test(arguments: ["", "author=&text=x", "%", "author=%FF&text=x", "author", "=&=&&", "a=%zz#?"])
  func aFormThatMakesNoSenseIsABadRequest(body: String) async throws {
    #expect(try await answer(.post, "/notices", form, Array(body.utf8)).status == .badRequest)
  }

  @Test(
    arguments: [
      ("Sec-Fetch-Site", "cross-site", false), ("Sec-Fetch-Site", "same-site", false),
      ("Sec-Fetch-Site", "same-origin", true), ("Sec-Fetch-Site", "none", true),
      ("Origin", "http://evil.example", false), ("Origin", "null", false),
      ("Origin", "http://localhost:8080", true), ("Origin", "http://xlocalhost:8080", false),
    ]
  )
  func onlyItsOwnPageMayChangeTheBoard(field: String, value: String, isAllowed: Bool) async throws {
    let name = try #require(HTTPField.Name(field))
    let status = try await answer(.post, "/notices/1/remove", [name: value]).status
    #expect(status == (isAllowed ? .seeOther : .forbidden))
  }
}
