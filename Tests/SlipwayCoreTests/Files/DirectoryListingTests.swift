import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Directory listing", .timeLimit(.minutes(5)))
struct DirectoryListingTests {
  let scratch: ScratchDirectory
  let options: FilesOptions

  init() throws {
    scratch = try ScratchDirectory()
    var options = FilesOptions()
    options.listsDirectories = true
    self.options = options
    for name in ["b.txt", "A.txt", "a.txt", "sub/x.txt", "Zoo/y.txt"] {
      try scratch.write("12345", to: "list/" + name)
      try scratch.date("list/" + name, 784_111_777)
    }
  }

  private struct Listing: Decodable {
    struct Entry: Decodable, Equatable {
      var name: String
      var href: String
      var type: String
      var size: Int?
      var modified: String?
    }

    var path: String
    var entries: [Entry]
    var leftOut: Int
  }

  private func list(_ path: String, _ client: RawClient) throws -> Listing {
    let response = try client.response(to: "GET", path, ["Accept: application/json"])
    #expect(response.status == 200)
    #expect(response["content-type"] == "application/json")
    return try JSONDecoder().decode(Listing.self, from: Data(response.body))
  }

  @Test func namesDirectoriesFirstThenFiles() async throws {
    try await withFilesServer(scratch.path, options: options) { connect in
      let client = try connect()
      let listing = try list("/static/list/", client)
      #expect(listing.path == "/static/list/")
      #expect(listing.entries.map(\.href) == ["./sub/", "./Zoo/", "./A.txt", "./a.txt", "./b.txt"])
      #expect(
        listing.entries.last
          == .init(
            name: "b.txt",
            href: "./b.txt",
            type: "file",
            size: 5,
            modified: "1994-11-06T08:49:37Z"
          )
      )
      #expect(listing.entries.first?.type == "directory")
      #expect(listing.entries.first?.size == nil)
      #expect(listing.leftOut == 0)
    }
  }

  @Test func isAPageForBrowsersAndTextForTerminals() async throws {
    try await withFilesServer(scratch.path, options: options) { connect in
      let client = try connect()
      let page = try client.response(to: "GET", "/static/list/", ["Accept: text/html"])
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page["vary"] == "Accept")
      #expect(page["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
      #expect(page.text.contains(#"<a href="./sub/">sub/</a>"#))
      #expect(page.text.contains(#"<a href="../">../</a>"#))
      #expect(page.text.contains("1994-11-06 08:49</time>"))
      #expect(!page.text.contains("{{") && !page.text.contains("<script"))
      let head = try client.response(to: "HEAD", "/static/list/", ["Accept: text/html"])
      #expect(head.status == 200)
      #expect(head["content-length"] == String(page.body.count))
      let text = try client.response(to: "GET", "/static/list/", ["Accept: */*"])
      #expect(text["content-type"] == "text/plain; charset=utf-8")
      #expect(text.text.hasSuffix("1994-11-06 08:49  5 B  b.txt\n"))
    }
  }

  @Test func doesNotLeadOutOfTheMount() async throws {
    try await withFilesServer(scratch.path, options: options) { connect in
      let page = try connect().response(to: "GET", "/static/", ["Accept: text/html"])
      #expect(page.text.contains("./list/"))
      #expect(!page.text.contains(#"href="../""#))
    }
  }

  @Test func escapesWhateverAFileIsCalled() async throws {
    let names = [
      "<script>alert(1)<", "a&b", "\"quoted\"", "it's", "50%", "a b", "q?x=1", "#top", "ü",
      "java:script", "line\nbreak", "\u{202E}gpj.exe", "{{path}}", "<!--{{#entries}}-->",
    ]
    for name in names {
      #expect(
        FileManager.default.createFile(
          atPath: scratch.path + "/odd-\(name)",
          contents: Data("x".utf8)
        )
      )
    }
    try await withFilesServer(scratch.path, options: options) { connect in
      let client = try connect()
      let page = try client.response(to: "GET", "/static/", ["Accept: text/html"]).text
      #expect(
        !page.contains("<script") && !page.contains("\u{202E}") && !page.contains("line\nbreak")
      )
      #expect(page.contains("odd-&lt;script&gt;alert(1)&lt;"))
      #expect(page.contains("odd-{{path}}"))
      // Each reference leads to its file.
      let listing = try list("/static/", client)
      #expect(Set(names.map { "odd-" + $0 }).isSubset(of: listing.entries.map(\.name)))
      for entry in listing.entries where entry.name.hasPrefix("odd-") {
        #expect(page.contains("href=\"\(entry.href)\""))
        let target = "/static/" + entry.href.dropFirst(2)
        #expect(try client.response(to: "GET", target).text == "x", "\(entry.href)")
      }
      let lines = try client.response(to: "GET", "/static/", ["Accept: text/plain"]).text
      #expect(lines.split(separator: "\n").count == names.count + 1)
    }
  }

  @Test func hidesWhatARequestWouldNotGet() async throws {
    let other = try ScratchDirectory()
    try scratch.write("never", to: "list/.env")
    try scratch.write("never", to: "list/.git/config")
    try scratch.write("never", to: "list/server.key")
    try scratch.link("list/out", to: other.path)
    try scratch.link("list/gone", to: "nowhere")
    try scratch.link("list/secret", to: "server.key")
    try scratch.link("list/up", to: "../list/a.txt")
    #expect(mkfifo(scratch.path + "/list/fifo", 0o600) == 0)
    try await withFilesServer(scratch.path, options: options) { connect in
      let listing = try list("/static/list/", try connect())
      #expect(listing.entries.map(\.name) == ["sub", "Zoo", "A.txt", "a.txt", "b.txt", "up"])
      #expect(listing.entries.last?.size == 5)
    }
  }

  @Test func isNotShownBesideAnIndexOrUnlessAsked() async throws {
    try scratch.write("index", to: "list/index.html")
    try await withFilesServer(scratch.path, options: options) { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/list/").text == "index")
      #expect(try client.response(to: "GET", "/static/list")["location"] == "./list/")
      #expect(try client.response(to: "GET", "/static/list/sub")["location"] == "./sub/")
    }
    try await withFilesServer(scratch.path) { connect in
      let response = try connect().response(to: "GET", "/static/list/sub/")
      #expect(response.status == 404)
    }
  }

  @Test func endsSomewhere() async throws {
    for index in 0..<2_100 {
      #expect(
        FileManager.default.createFile(atPath: scratch.path + "/list/sub/\(index)", contents: nil)
      )
    }
    try await withFilesServer(scratch.path, options: options) { connect in
      let client = try connect()
      let listing = try list("/static/list/sub/", client)
      #expect(listing.entries.count == 2_000)
      #expect(listing.leftOut == 101)
      let page = try client.response(to: "GET", "/static/list/sub/", ["Accept: text/html"])
      #expect(page.text.contains("101 more, not shown here"))
    }
  }

  @Test func saysThatADirectoryIsEmpty() async throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/empty",
      withIntermediateDirectories: false
    )
    try await withFilesServer(scratch.path, options: options) { connect in
      let page = try connect().response(to: "GET", "/static/empty/", ["Accept: text/html"])
      #expect(page.text.contains("nothing to be seen"))
    }
  }
}
