import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Options of a files mount", .timeLimit(.minutes(5)))
struct FilesOptionsTests {
  let scratch: ScratchDirectory

  /// What a browser sends when a person goes to a place.
  static let navigation =
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

  init() throws {
    scratch = try ScratchDirectory()
    try scratch.write("app", to: "app.html")
    try scratch.write("home", to: "home.htm")
    try scratch.write("plain", to: "docs/readme.txt")
    try scratch.write("deep", to: "docs/sub/start.html")
    try scratch.write("code", to: "assets/app.js")
    try scratch.write("SECRET=1", to: ".env")
  }

  private func withOptions(
    _ change: (inout FilesOptions) -> Void,
    _ body: (_ connect: () throws -> RawClient) throws -> Void
  ) async throws {
    var options = FilesOptions()
    change(&options)
    try await withFilesServer(scratch.path, options: options, body)
  }

  // MARK: Index

  @Test func takesTheFirstIndexThatThereIs() async throws {
    try await withOptions({ $0.index = ["index.html", "home.htm", "readme.txt", "sub/start.html"] })
    {
      connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/").text == "home")
      #expect(try client.response(to: "GET", "/static/docs/").text == "plain")
      try scratch.write("newer", to: "index.html")
      #expect(try client.response(to: "GET", "/static/").text == "newer")
    }
  }

  @Test(arguments: [[], ["../app.html"], [".env"], ["docs"], ["/"], [""]] as [[String]])
  func neverTakesAnIndexThatIsNone(index: [String]) async throws {
    try await withOptions({ $0.index = index }) { connect in
      let client = try connect()
      let response = try client.response(to: "GET", "/static/")
      #expect(response.status == 404)
      #expect(response.text.contains("SW023"))
    }
  }

  // MARK: Fallback

  @Test(arguments: [
    "/users/jane.doe", "/users/", "/assets/missing.js", "/a%2Fb", "/.env", "/assets",
  ])
  func sendsTheFallbackToPeople(path: String) async throws {
    try await withOptions({ $0.fallback = "app.html" }) { connect in
      let client = try connect()
      let page = try client.response(to: "GET", "/static" + path, [Self.navigation])
      #expect(page.status == 200)
      #expect(page.text == "app")
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page["vary"] == "Accept, Accept-Encoding")
      let head = try client.response(to: "HEAD", "/static" + path, [Self.navigation])
      #expect(head.status == 200)
      #expect(head["content-length"] == "3")
    }
  }

  @Test(arguments: [
    "*/*", "application/json", "image/avif,image/webp,*/*;q=0.8", "text/html;q=0", nil,
  ])
  func tellsWhatAPageFetchesThatItIsMissing(accept: String?) async throws {
    try await withOptions({ $0.fallback = "app.html" }) { connect in
      let client = try connect()
      let fields = accept.map { ["Accept: \($0)"] } ?? []
      #expect(try client.response(to: "GET", "/static/assets/missing.js", fields).status == 404)
    }
  }

  @Test func prefersWhatThereIsToTheFallback() async throws {
    try scratch.write("docs", to: "docs/index.html")
    try scratch.link("out", to: "/etc/passwd")
    try await withOptions({ $0.fallback = "app.html" }) { connect in
      let client = try connect()
      let navigation = [Self.navigation]
      #expect(try client.response(to: "GET", "/static/home.htm", navigation).text == "home")
      #expect(try client.response(to: "GET", "/static/docs", navigation)["location"] == "./docs/")
      #expect(try client.response(to: "GET", "/static/docs/", navigation).text == "docs")
      #expect(try client.response(to: "GET", "/static/out", navigation).status == 403)
      #expect(try client.response(to: "POST", "/static/x", navigation).status == 405)
    }
  }

  @Test(arguments: ["missing.html", "../app.html", ".env", "docs"])
  func saysThatTheFallbackIsMissing(fallback: String) async throws {
    try await withOptions({ $0.fallback = fallback }) { connect in
      let client = try connect()
      let page = try client.response(to: "GET", "/static/users", [Self.navigation])
      #expect(page.status == 404)
      // What cannot be the name of a file in the directory is no fallback at all.
      #expect(page.text.contains(fallback.hasPrefix("..") ? "SW023" : "SW035"))
    }
  }

  // MARK: Status 404

  @Test func sendsTheDirectorysOwnPageWhereThereIsNothing() async throws {
    try scratch.write("<p>lost", to: "404.html")
    try await withOptions({ _ in }) { connect in
      let client = try connect()
      for path in ["/static/nothing", "/static/docs/", "/static/home.htm/", "/static/.env"] {
        let page = try client.response(to: "GET", path, ["Range: bytes=0-1", "If-None-Match: *"])
        #expect(page.status == 404)
        #expect(page.text == "<p>lost")
        #expect(page["content-type"] == "text/html; charset=utf-8")
        #expect(page["etag"] == nil && page["accept-ranges"] == nil)
      }
      let head = try client.response(to: "HEAD", "/static/nothing")
      #expect(head.status == 404)
      #expect(head["content-length"] == "7")
      // By its own name it is a file like others.
      #expect(try client.response(to: "GET", "/static/404.html").status == 200)
    }
  }

  @Test func sendsAnotherPageOrNone() async throws {
    try scratch.write("<p>lost", to: "404.html")
    try await withOptions({ $0.notFoundPage = "docs/readme.txt" }) { connect in
      let client = try connect()
      let page = try client.response(to: "GET", "/static/nothing")
      #expect(page.status == 404)
      #expect(page.text == "plain")
      #expect(page["content-type"] == "text/plain; charset=utf-8")
    }
    try await withOptions({ $0.notFoundPage = nil }) { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/nothing").text.contains("SW023"))
    }
  }

  // MARK: The rest

  @Test func saysHowLongTheClientMayKeepTheFile() async throws {
    try await withOptions({ $0.cacheControl = "public, max-age=60" }) { connect in
      let client = try connect()
      let response = try client.response(to: "GET", "/static/home.htm")
      #expect(response["cache-control"] == "public, max-age=60")
      #expect(response["x-content-type-options"] == "nosniff")
    }
  }

  @Test func showsDotFilesIfAsked() async throws {
    try scratch.write("seen", to: ".dots/x.txt")
    try scratch.write("token", to: ".well-known/acme/x")
    try await withOptions({ _ in }) { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/.dots/x.txt").status == 404)
      #expect(try client.response(to: "GET", "/static/.well-known/acme/x").text == "token")
    }
    try await withOptions({ $0.showsDotFiles = true }) { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/.dots/x.txt").text == "seen")
      #expect(try client.response(to: "GET", "/static/.env").status == 404)
    }
  }

  @Test func followsLinksOutIfAsked() async throws {
    let other = try ScratchDirectory()
    try other.write("elsewhere", to: "x.txt")
    try other.write("never", to: "server.pem")
    try scratch.link("link", to: other.path)
    try await withOptions({ _ in }) { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/link/x.txt").status == 403)
    }
    try await withOptions({ $0.followsLinksOut = true }) { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/link/x.txt").text == "elsewhere")
      #expect(try client.response(to: "GET", "/static/link/server.pem").status == 404)
      #expect(try client.response(to: "GET", "/static/link/../../x").status == 404)
    }
  }
}
