import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What comes with a request, or lies in a directory, stays text in the pages that show it: over a
/// socket, each page made by whoever makes it.
@Suite("Hostile requests and files", .timeLimit(.minutes(10)))
struct HostileRequestTests {
  private func check(_ response: RawClient.Response, _ text: String) {
    guard response["content-type"]?.hasPrefix("text/html") == true else {
      Issue.record("\(response.status) is no page: \(text.debugDescription)")
      return
    }
    let page = HTMLStructure(response.text)
    #expect(page.complaints.isEmpty, "\(text.debugDescription)")
    #expect(page.text(of: "h1").count == 1)
    let active: Set = ["script", "iframe", "object", "embed", "img", "form", "base", "template"]
    #expect(!page.elements.contains { active.contains($0.name) }, "\(text.debugDescription)")
    let policy = response["content-security-policy"] ?? ""
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!policy.contains("unsafe"))
  }

  private static let targets = HostileTexts.all
    .map { text in
      String(decoding: text.utf8.filter { $0 > 0x20 && $0 != 0x7F && $0 != 0x23 }, as: UTF8.self)
    }
    .filter { !$0.isEmpty }

  @Test func targets() async throws {
    let scratch = try ScratchDirectory()
    try await withFilesServer(scratch.path) { connect in
      for text in Self.targets {
        for prefix in ["/", "/static/", "/_slipway/"] {
          let client = try connect()
          try client.send("GET", prefix + text, ["Accept: text/html", "Connection: close"])
          check(try client.response(), text)
        }
      }
    }
  }

  @Test func headerFields() throws {
    let failing = Answering { $0.fail(AppFailure(message: $0.request.fields.list("X-Text") ?? "")) }
    try withGateway(failing) { test in
      for text in HostileTexts.all {
        let value = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        let client = try test.connect()
        try client.send(
          "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n"
            + "X-Text: \(String(String.UnicodeScalarView(value)))\r\n\r\n"
        )
        let response = try client.response()
        #expect(response.status == 500)
        check(response, text)
      }
    }
  }

  @Test func fileNames() async throws {
    let scratch = try ScratchDirectory()
    let names = Set(
      HostileTexts.all.map { $0.replacing("/", with: "∕").replacing("\0", with: "") }
        .filter { !$0.isEmpty && $0.utf8.count < 200 && !$0.hasPrefix(".") }
    )
    for name in names { try scratch.write("x", to: "list/\(name)") }
    var options = FilesOptions()
    options.listsDirectories = true
    try await withFilesServer(scratch.path, options: options) { connect in
      let response = try connect()
        .response(to: "GET", "/static/list/", ["Accept: text/html", "Connection: close"])
      check(response, "listing")
      let page = HTMLStructure(response.text)
      #expect(page.elements.count { $0.name == "tr" } == names.count + 2)
      let links = page.elements.compactMap { $0.name == "a" ? $0.attributes["href"] : nil }
      #expect(links.count == names.count + 1)
      #expect(links.allSatisfy { $0 == "../" || $0.hasPrefix("./") && !$0.contains(":") })
    }
  }

  /// Requests that are refused before they are parsed: the browser gets a page all the same.
  @Test(arguments: [
    ("GET /\(String(repeating: "<b>", count: 30_000)) HTTP/1.1\r\nHost: a\r\n", 414),
    (
      "GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nCookie: \(String(repeating: "<", count: 90_000))\r\n",
      431
    ),
    ("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nX : <script>\r\n", 400),
  ])
  func refusals(head: String, status: Int) throws {
    try withGateway(.echo) { test in
      let client = try test.connect()
      // What is left of it may find the connection closed.
      try? client.send(head + "Accept: text/html\r\n\r\n")
      let response = try client.response()
      #expect(response.status == status)
      // Of the long request line too much arrives before the rest for that to be looked for.
      if status != 414 { check(response, "\(status)") }
    }
  }
}
