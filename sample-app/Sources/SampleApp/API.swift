import FoundationEssentials
import SlipwayApp

/// The board for programs: `GET` and `POST /api/notices`, `DELETE /api/notices/ID`.
struct API {
  let board: Board

  /// What `POST` takes.
  private struct Posting: Decodable {
    var author: String
    var text: String
  }

  /// What `GET` gives.
  private struct Listing: Encodable {
    var notices: [Notice]
  }

  func list() async throws -> Response {
    try .json(Listing(notices: await board.notices()))
  }

  func post(_ content: Content) async throws -> Response {
    let posting = try content.json(Posting.self)
    let notice = try await board.post(Draft(author: posting.author, text: posting.text))
    var response = try Response.json(notice, status: .created)
    response.headerFields[.location] = "/api/notices/\(notice.id)"
    return response
  }

  func remove(id: Int) async throws -> Response {
    try await board.remove(id: id)
    return Response(status: .noContent)
  }
}
