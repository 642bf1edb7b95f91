import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Compressed siblings", .timeLimit(.minutes(5)))
struct PrecompressedTests {
  let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
    for (name, text) in [
      ("app.js", "original"), ("app.js.gz", "gzipped!!"), ("app.js.br", "brotli"),
      ("only.css", "css"), ("only.css.gz", "css-gz"), ("index.html", "page"),
      ("index.html.zst", "page-zst"), ("alone.js.gz", "alone"),
    ] {
      try scratch.write(text, to: name)
      try scratch.date(name, 784_111_777)
    }
  }

  @Test(
    arguments: [
      ("app.js", "gzip, deflate, br", "brotli", "br"), ("app.js", "gzip", "gzipped!!", "gzip"),
      ("app.js", "br;q=0.5, gzip", "gzipped!!", "gzip"), ("app.js", "*", "brotli", "br"),
      ("app.js", "br;q=0, *", "gzipped!!", "gzip"), ("app.js", "zstd", "original", nil),
      ("app.js", "identity", "original", nil), ("app.js", "", "original", nil),
      ("app.js", "*;q=0", "original", nil),
      ("app.js", "identity;q=0, gzip;q=0.1", "gzipped!!", "gzip"),
      ("app.js", "identity, br;q=0.9", "original", nil),
      ("only.css", "br, zstd, gzip", "css-gz", "gzip"), ("only.css", "br", "css", nil),
      ("", "zstd, br", "page-zst", "zstd"),
    ] as [(String, String, String, String?)]
  )
  func areSentToThoseWhoLikeThem(name: String, accepted: String, body: String, coding: String?)
    async throws
  {
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      // The second time, from the event loop.
      for _ in 0..<2 {
        let field = ["Accept-Encoding: \(accepted)"]
        let response = try client.response(to: "GET", "/static/" + name, field)
        #expect(response.status == 200)
        #expect(response.text == body)
        #expect(response["content-encoding"] == coding)
        #expect(response["vary"] == "Accept-Encoding")
        let original = try client.response(to: "GET", "/static/" + name)
        #expect(response["content-type"] == original["content-type"])
        if let tag = response["etag"], let other = original["etag"] {
          #expect((tag == other) == (coding == nil))
        }
        let head = try client.response(to: "HEAD", "/static/" + name, field)
        #expect(head["content-length"] == String(body.utf8.count))
        #expect(head["content-encoding"] == coding)
      }
    }
  }

  @Test func areIgnoredWhenTheOriginalIsNewer() async throws {
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      let accept = ["Accept-Encoding: br, gzip"]
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "brotli")
      try scratch.date("app.js", 784_111_777.5)
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "original")
      try scratch.date("app.js.gz", 784_111_778)
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "gzipped!!")
      try scratch.write("saved", to: "app.js")
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "saved")
    }
  }

  @Test func appearAndGoWithoutARestart() async throws {
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      let accept = ["Accept-Encoding: zstd"]
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "original")
      try scratch.write("zstandard", to: "app.js.zst")
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "zstandard")
      try scratch.remove("app.js.zst")
      #expect(try client.response(to: "GET", "/static/app.js", accept).text == "original")
    }
  }

  @Test func areWhatRangesAndConditionsAreAbout() async throws {
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      let accept = "Accept-Encoding: gzip"
      let part = try client.response(to: "GET", "/static/app.js", [accept, "Range: bytes=7-"])
      #expect(part.status == 206)
      #expect(part.text == "!!")
      #expect(part["content-range"] == "bytes 7-8/9")
      #expect(part["content-encoding"] == "gzip")
      var tag: String?
      while tag == nil { tag = try client.response(to: "GET", "/static/app.js", [accept])["etag"] }
      let condition = "If-None-Match: \(tag ?? "")"
      let known = try client.response(to: "GET", "/static/app.js", [accept, condition])
      #expect(known.status == 304)
      #expect(known["vary"] == "Accept-Encoding")
      #expect(try client.response(to: "GET", "/static/app.js", [condition]).text == "original")
    }
  }

  @Test func areFilesByTheirOwnNames() async throws {
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      let accept = ["Accept-Encoding: gzip"]
      let archive = try client.response(to: "GET", "/static/app.js.gz", accept)
      #expect(archive["content-type"] == "application/gzip")
      #expect(archive["content-encoding"] == nil)
      // A compressed file stands for an original that is there, not for one that is not.
      #expect(try client.response(to: "GET", "/static/alone.js", accept).status == 404)
    }
  }

  @Test func areAsConfinedAsOthers() async throws {
    let other = try ScratchDirectory()
    try other.write("outside", to: "x.gz")
    try scratch.remove("only.css.gz")
    try scratch.link("only.css.gz", to: other.path + "/x.gz")
    try await withFilesServer(scratch.path) { connect in
      let response = try connect()
        .response(to: "GET", "/static/only.css", ["Accept-Encoding: gzip"])
      #expect(response.text == "css")
    }
  }

  @Test func areLeftAloneIfAsked() async throws {
    var options = FilesOptions()
    options.sendsPrecompressed = false
    try await withFilesServer(scratch.path, options: options) { connect in
      let response = try connect()
        .response(to: "GET", "/static/app.js", ["Accept-Encoding: gzip"])
      #expect(response.text == "original")
      #expect(response["vary"] == nil)
    }
  }
}
