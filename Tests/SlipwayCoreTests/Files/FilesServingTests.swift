import Glibc
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Files over a connection", .timeLimit(.minutes(5)))
struct FilesServingTests {
  let scratch: ScratchDirectory
  let big = String((0..<400_000).map { "line \($0)\n" }.joined())

  init() throws {
    scratch = try ScratchDirectory()
    try scratch.write("outside", to: "secret.txt")
    try scratch.write("hello", to: "public/hello.txt")
    try scratch.write(big, to: "public/big.txt")
    try scratch.write("home", to: "public/index.html")
    try scratch.link("public/out", to: "../secret.txt")
  }

  @Test func keepsTheConnectionForTheNextRequest() async throws {
    try await withFilesServer(scratch.path + "/public") { connect in
      let client = try connect()
      #expect(try client.response(to: "GET", "/static/hello.txt").text == "hello")
      let head = try client.response(to: "HEAD", "/static/big.txt")
      #expect(head.status == 200)
      #expect(head["content-length"] == String(big.utf8.count))
      #expect(try client.response(to: "GET", "/static/big.txt").text == big)
      let part = try client.response(
        to: "GET",
        "/static/big.txt",
        ["Range: bytes=100000-299999"]
      )
      #expect(part.status == 206)
      #expect(part.body == Array(Array(big.utf8)[100_000..<300_000]))
      let beyond = try client.response(to: "GET", "/static/hello.txt", ["Range: bytes=5-"])
      #expect(beyond.status == 416)
      let refused = try client.response(to: "DELETE", "/static/hello.txt")
      #expect(refused.status == 405)
      #expect(refused["allow"] == "GET, HEAD")
      let redirect = try client.response(to: "GET", "/static?x")
      #expect(redirect.status == 308)
      #expect(redirect["location"] == "./static/?x")
      #expect(try client.response(to: "GET", "/static/").text == "home")
      #expect(try client.response(to: "GET", "/static/hello.txt").text == "hello")
    }
  }

  @Test func confirmsWithoutABody() async throws {
    try await withFilesServer(scratch.path + "/public") { connect in
      let client = try connect()
      // The tag is sent once the file has been quiet for a tick of the kernel's clock.
      var tag: String?
      while tag == nil {
        tag = try client.response(to: "GET", "/static/hello.txt")["etag"]
      }
      let condition = ["If-None-Match: \(tag ?? "")"]
      #expect(try client.response(to: "GET", "/static/hello.txt", condition).status == 304)
      try scratch.write("olleh", to: "public/hello.txt")
      #expect(try client.response(to: "GET", "/static/hello.txt", condition).text == "olleh")
    }
  }

  @Test func showsBrowsersAPage() async throws {
    try await withFilesServer(scratch.path + "/public") { connect in
      let client = try connect()
      let page = try client.response(
        to: "GET",
        "/static/%3Cscript%3E",
        ["Accept: text/html,*/*;q=0.8"]
      )
      #expect(page.status == 404)
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
      #expect(page.text.contains("/&lt;script&gt; below the mount /static"))
      #expect(
        try client.response(to: "GET", "/static/x")["content-type"]?
          .hasPrefix("text/plain") == true
      )
      let problem = try client.response(to: "GET", "/static/out", ["Accept: application/json"])
      #expect(problem.status == 403)
      #expect(problem.text.contains("\"code\":\"SW024\""))
    }
  }

  @Test(
    arguments: [
      "/static/../secret.txt", "/static/../../../../../../etc/passwd", "/static/%2e%2e/secret.txt",
      "/static/..%2fsecret.txt", "/static/%2e%2e%2fsecret.txt", "/static/%252e%252e/secret.txt",
      "/static//../../secret.txt", "/static/./../secret.txt", "/static/..;/secret.txt",
      "/static/..\\secret.txt", "/static/%5c..%5csecret.txt", "/static/hello.txt%00.html",
      "/static/out", "/static//etc/passwd", "/static/%2fetc/passwd", "http://localhost/secret.txt",
      "http://localhost/static/../secret.txt", "/static/hello.txt#/../../secret.txt",
      "/static/%c0%ae%c0%ae/secret.txt", "/static/.%2e/secret.txt", "/%2e%2e/secret.txt",
    ]
  )
  func sendsNothingFromOutside(target: String) async throws {
    try await withFilesServer(scratch.path + "/public") { connect in
      let response = try connect().response(to: "GET", target)
      #expect([400, 403, 404].contains(response.status))
      #expect(!response.text.contains("outside"))
      #expect(!response.text.contains("root:"))
    }
  }

  @Test func cutsTheConnectionWhenAFileShrinks() async throws {
    let path = scratch.path + "/public/huge"
    let size = 64 * 1024 * 1024
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    #expect(truncate(path, off_t(size)) == 0)
    try await withFilesServer(scratch.path + "/public") { connect in
      let client = try connect()
      try client.send("GET", "/static/huge")
      let head = try client.head()
      #expect(head["content-length"] == String(size))
      // More than the system buffers for a client that does not read is still in the file.
      #expect(truncate(path, 100) == 0)
      #expect(throws: RawClient.Failure.self) { try client.bytes(size) }
      #expect(try connect().response(to: "GET", "/static/huge").body.count == 100)
    }
  }

  @Test func goesOnWhenAClientGoes() async throws {
    try await withFilesServer(scratch.path + "/public") { connect in
      for _ in 0..<20 {
        let client = try connect()
        try client.send("GET", "/static/big.txt")
        _ = try client.bytes(1_000)
      }
      #expect(try connect().response(to: "GET", "/static/hello.txt").text == "hello")
    }
  }
}
