import Foundation
import NIOCore
import SlipwayCore
import Testing

@Suite("Files application", .timeLimit(.minutes(5)))
struct FilesApplicationTests {
  let scratch: ScratchDirectory
  let application: FilesApplication

  init() throws {
    scratch = try ScratchDirectory()
    application = FilesApplication(directory: scratch.path)
    try scratch.write("0123456789", to: "digits.txt")
    try scratch.write("", to: "empty")
    try scratch.write("<h1>Home</h1>", to: "index.html")
    try scratch.write("<h1>Docs</h1>", to: "docs/index.html")
    try scratch.write("x", to: "bare/x.txt")
    for name in ["digits.txt", "empty", "index.html", "docs/index.html"] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 784_111_777)],
        ofItemAtPath: scratch.path + "/" + name
      )
    }
  }

  private func answer(
    _ path: String,
    method: String = "GET",
    mount: String = "/static",
    query: String = "",
    fields: FieldSection = [:]
  ) throws -> FilesAnswer {
    try application.answer(
      to: Request(
        method: method,
        target: mount + path + (query.isEmpty ? "" : "?" + query),
        mountPrefix: mount,
        path: path,
        query: query,
        fields: fields
      )
    )
  }

  private func headSent(by answer: FilesAnswer) -> ResponseHead? {
    switch answer {
    case .content(let head, _, _), .head(let head): head
    case .page, .listing: nil
    }
  }

  private func bodySent(by answer: FilesAnswer) throws -> String? {
    guard case .content(_, let file, let pieces) = answer else { return nil }
    return
      try pieces.map { piece in
        switch piece {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .part(let range): try file.read(range).map { String(buffer: $0) } ?? "shrunk"
        }
      }
      .joined()
  }

  @Test func sendsAFile() throws {
    let answer = try answer("/digits.txt")
    let head = try #require(headSent(by: answer))
    #expect(head.status == 200)
    #expect(head.fields.first(name: "Content-Type") == "text/plain; charset=utf-8")
    #expect(head.fields.first(name: "Content-Length") == "10")
    #expect(head.fields.first(name: "Cache-Control") == "no-cache")
    #expect(head.fields.first(name: "Accept-Ranges") == "bytes")
    #expect(try bodySent(by: answer) == "0123456789")
  }

  @Test func sendsNoBodyForHEAD() throws {
    let answer = try answer("/digits.txt", method: "HEAD", fields: ["Range": "bytes=1-2"])
    guard case .head(let head) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(head.status == 200)
    #expect(head.fields.first(name: "Content-Length") == "10")
  }

  @Test func sendsAnEmptyFile() throws {
    let answer = try answer("/empty", fields: ["Range": "bytes=0-"])
    #expect(headSent(by: answer)?.status == 200)
    #expect(headSent(by: answer)?.fields.first(name: "Content-Length") == "0")
    #expect(try bodySent(by: answer) == "")
  }

  @Test func sendsTheIndexOfADirectory() throws {
    #expect(try bodySent(by: answer("/")) == "<h1>Home</h1>")
    #expect(try bodySent(by: answer("/docs/")) == "<h1>Docs</h1>")
    #expect(
      try headSent(by: answer("/docs/"))?.fields.first(name: "Content-Type")
        == "text/html; charset=utf-8"
    )
  }

  @Test(
    arguments: [
      // mount, path, query, location
      ("/static", "", "", "./static/"),
      ("/static", "/docs", "", "./docs/"),
      ("/static", "/docs", "a=/b?c", "./docs/?a=/b?c"),
      ("/static", "/d%6Fcs", "", "./d%6Fcs/"),
      ("", "/docs", "", "./docs/"),
      ("", "//docs", "", "./docs/"),
      ("", "/a:b", "", "./a:b/"),
      ("", "//bare", "", "./bare/"),
    ]
  )
  func sendsADirectoryToItsSlash(mount: String, path: String, query: String, location: String)
    throws
  {
    try scratch.write("x", to: "a:b/index.html")
    let head = try headSent(by: answer(path, mount: mount, query: query))
    #expect(head?.status == 308)
    #expect(head?.fields.first(name: "Location") == location)
  }

  @Test func sendsPartsOfAFile() throws {
    let answer = try answer("/digits.txt", fields: ["Range": "bytes=2-4"])
    let head = try #require(headSent(by: answer))
    #expect(head.status == 206)
    #expect(head.fields.first(name: "Content-Range") == "bytes 2-4/10")
    #expect(head.fields.first(name: "Content-Length") == "3")
    #expect(try bodySent(by: answer) == "234")

    let beyond = try #require(
      try headSent(by: self.answer("/digits.txt", fields: ["Range": "bytes=10-"]))
    )
    #expect(beyond.status == 416)
    #expect(beyond.fields.first(name: "Content-Range") == "bytes */10")

    let changed = try self.answer(
      "/digits.txt",
      fields: ["Range": "bytes=2-4", "If-Range": "\"other\""]
    )
    #expect(headSent(by: changed)?.status == 200)
  }

  @Test func confirmsWhatTheClientHas() throws {
    guard case .content(_, let file, _) = try answer("/digits.txt") else {
      Issue.record("not found")
      return
    }
    let tag = file.validators.tag
    #expect(try headSent(by: answer("/digits.txt", fields: ["If-None-Match": tag]))?.status == 304)
    #expect(try headSent(by: answer("/digits.txt", fields: ["If-Match": "\"x\""]))?.status == 412)
    try scratch.write("9876543210", to: "digits.txt")
    #expect(try bodySent(by: answer("/digits.txt", fields: ["If-None-Match": tag])) == "9876543210")
  }

  @Test(
    arguments: [
      ("GET", "/nothing", "SW023", 404), ("GET", "/bare/", "SW023", 404),
      ("GET", "/digits.txt/", "SW023", 404), ("GET", "/.env", "SW023", 404),
      ("GET", "/a%2Fb", "SW023", 404), ("GET", "/out", "SW024", 403),
      ("GET", "/fifo", "SW024", 403),
      ("POST", "/digits.txt", "SW025", 405), ("get", "/digits.txt", "SW025", 405),
      ("GET", "/loop", "SW026", 500),
    ]
  )
  func explainsWhatItDoesNotSend(method: String, path: String, code: String, status: Int) throws {
    try scratch.link("out", to: "/etc/passwd")
    try scratch.link("loop", to: "loop")
    #expect(mkfifo(scratch.path + "/fifo", 0o600) == 0)
    guard case .page(let page) = try answer(path, method: method) else {
      Issue.record("\(try answer(path, method: method))")
      return
    }
    #expect(page.code == code)
    #expect(page.status == status)
    #expect(page.message.contains("/static"))
    #expect(!page.message.contains(scratch.path), "The place on disk is nobody's business")
    #expect(page.allow == (status == 405 ? "GET, HEAD" : nil))
  }

  @Test func namesARootThatIsMissing() throws {
    let application = FilesApplication(directory: scratch.path + "/missing")
    let answer = try application.answer(
      to: Request(method: "GET", target: "/x", mountPrefix: "", path: "/x")
    )
    guard case .page(let page) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(page.code == "SW026")
    #expect(page.message.contains(scratch.path + "/missing, mounted at /,"))
  }
}
