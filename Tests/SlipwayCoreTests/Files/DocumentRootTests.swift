import Foundation
import NIOCore
import SlipwayCore
import Synchronization
import Testing

@Suite("Document root", .timeLimit(.minutes(5)))
struct DocumentRootTests {
  let scratch: ScratchDirectory
  let root: DocumentRoot

  init() throws {
    scratch = try ScratchDirectory()
    root = DocumentRoot(scratch.path + "/public")
    try scratch.write("secret", to: "outside/secret.txt")
    try scratch.write("hello", to: "public/hello.txt")
    try scratch.write("deep", to: "public/a/b/deep.txt")
    try scratch.write("odd", to: "public/ü ?#%2e\\.txt")
  }

  /// What a client would get: the text of the file, or the name of the case.
  private func look(_ path: String) throws -> String {
    guard let path = DocumentPath(path) else { return "no path" }
    switch root.lookUp(path) {
    case .file(let file):
      let bytes = try file.read(0..<file.size)
      return bytes.map { String(buffer: $0) } ?? "shrunk"
    case .directory: return "directory"
    case .nothing: return "nothing"
    case .linkLeadsOut: return "link leads out"
    case .notRegular: return "not regular"
    case .failed(let error): return "failed: \(error)"
    case .rootFailed: return "root failed"
    }
  }

  @Test(
    arguments: [
      ("/hello.txt", "hello"), ("/%68ello.txt", "hello"), ("//hello.txt", "hello"),
      ("/a/b/deep.txt", "deep"), ("/a//b/deep.txt", "deep"),
      ("/%C3%BC%20%3F%23%252e%5C.txt", "odd"),
      ("/", "directory"), ("", "directory"), ("/a", "directory"), ("/a/", "directory"),
      ("/nothing", "nothing"), ("/hello.txt/x", "nothing"), ("/HELLO.TXT", "nothing"),
      ("/" + String(repeating: "x", count: 300), "nothing"),
      ("/" + String(repeating: "a/", count: 3_000), "nothing"),
      // What a mount table would not let through
      ("/../outside/secret.txt", "no path"), ("/%2e%2e/outside/secret.txt", "no path"),
      ("/a/../../outside/secret.txt", "no path"), ("/..%2foutside/secret.txt", "no path"),
      ("/a%2Fb/deep.txt", "no path"), ("/./hello.txt", "no path"), ("/hello.txt%00", "no path"),
      ("/%", "no path"), ("/%4", "no path"), ("/\u{301}/..", "no path"),
      // Decoded once only
      ("/%252e%252e/outside/secret.txt", "nothing"), ("/hello%2Etxt", "hello"),
    ]
  )
  func opensOnlyWhatIsNamed(path: String, expected: String) throws {
    #expect(try look(path) == expected)
  }

  @Test func followsLinksThatStayInside() throws {
    try scratch.link("public/link.txt", to: "a/b/deep.txt")
    try scratch.link("public/dir", to: "a/b")
    try scratch.link("public/a/up.txt", to: "../hello.txt")
    #expect(try look("/link.txt") == "deep")
    #expect(try look("/dir/deep.txt") == "deep")
    #expect(try look("/dir") == "directory")
    #expect(try look("/a/up.txt") == "hello")
  }

  @Test(
    arguments: [
      "../outside/secret.txt", "a/../../outside/secret.txt", "/etc/passwd", "/", "..",
      "/proc/self/root/etc/passwd", "/dev/zero", "../public/../outside/secret.txt",
    ]
  )
  func refusesLinksThatLeadOut(destination: String) throws {
    try scratch.link("public/link", to: destination)
    #expect(try look("/link") == "link leads out")
    #expect(try look("/link/etc/passwd") == "link leads out")
    try scratch.link("public/a/second", to: "../link")
    #expect(try look("/a/second") == "link leads out")
  }

  @Test func refusesLinksThatGoInCircles() throws {
    try scratch.link("public/x", to: "y")
    try scratch.link("public/y", to: "x")
    #expect(try look("/x").hasPrefix("failed"))
  }

  @Test func findsNothingAtTheEndOfADanglingLink() throws {
    try scratch.link("public/gone", to: "nowhere.txt")
    #expect(try look("/gone") == "nothing")
  }

  @Test(
    arguments: [
      ".env", ".ENV", ".env.local", ".git/config", "a/.hidden/x.txt", ".well-known/x", "server.pem",
      "SERVER.PEM", "tls/private.key", "id_rsa", "id_ed25519.bak", "store.p12", ".htpasswd",
    ]
  )
  func hidesSecrets(name: String) throws {
    try scratch.write("secret", to: "public/" + name)
    #expect(try look("/" + name) == "nothing")
    // Nor by another name
    try scratch.link("public/innocent.txt", to: name)
    #expect(try look("/innocent.txt") == "nothing")
  }

  @Test(arguments: ["environment.txt", "keys.txt", "my.pem.txt", "a.key.js", "idol_rsa"])
  func doesNotHideWhatOnlyLooksSecret(name: String) throws {
    try scratch.write("open", to: "public/" + name)
    #expect(try look("/" + name) == "open")
  }

  @Test func servesBelowARootWhoseOwnPathHasDotsAndLinks() throws {
    try scratch.write("x", to: ".work/site/x.txt")
    try scratch.write("y", to: ".work/site/y/y.txt")
    try scratch.link(".work/site/z.txt", to: "y/y.txt")
    try scratch.link("entry", to: ".work/site")
    let root = DocumentRoot(scratch.path + "/entry")
    for name in ["/x.txt", "/z.txt"] {
      guard case .file = root.lookUp(try #require(DocumentPath(name))) else {
        Issue.record("\(name) was not found")
        return
      }
    }
  }

  @Test func doesNotWaitForTheWriterOfAFIFO() throws {
    #expect(mkfifo(scratch.path + "/public/fifo", 0o600) == 0)
    #expect(try look("/fifo") == "not regular")
  }

  @Test func refusesSockets() throws {
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    // The path of the socket is short whatever the scratch directory: relative to its descriptor.
    let directory = open(scratch.path + "/public", O_RDONLY | O_DIRECTORY)
    defer { close(directory) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      bytes.copyBytes(from: Array("/proc/self/fd/\(directory)/socket".utf8))
    }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    #expect(try look("/socket") == "not regular")
  }

  @Test func seesARootThatWasReplaced() throws {
    let files = FileManager.default
    try files.removeItem(atPath: root.directory)
    #expect(try look("/hello.txt") == "root failed")
    try scratch.write("again", to: "public/hello.txt")
    #expect(try look("/hello.txt") == "again")
    try scratch.write("newer", to: "next/hello.txt")
    try files.moveItem(atPath: root.directory, toPath: scratch.path + "/previous")
    try files.moveItem(atPath: scratch.path + "/next", toPath: root.directory)
    #expect(try look("/hello.txt") == "newer")
  }

  @Test func readsOnlyWhatIsThere() throws {
    try scratch.write("0123456789", to: "public/file")
    guard case .file(let file) = root.lookUp(try #require(DocumentPath("/file"))) else {
      Issue.record("not found")
      return
    }
    #expect(try file.read(2..<5).map { String(buffer: $0) } == "234")
    #expect(truncate(scratch.path + "/public/file", 4) == 0)
    #expect(file.size == 10)
    #expect(try file.read(2..<5) == nil)
    #expect(try file.read(2..<4).map { String(buffer: $0) } == "23")
  }

  /// One thread swaps a directory and a link that leads out, as fast as it can.
  @Test func neverLeavesTheRootInARace() throws {
    try scratch.write("inside", to: "public/real/secret.txt")
    try scratch.link("public/trap", to: "../outside")
    let directory = scratch.path + "/public/"
    let isDone = Atomic(false)
    let swapper = Thread {
      while !isDone.load(ordering: .relaxed) {
        _ = rename(directory + "real", directory + "swap")
        _ = rename(directory + "trap", directory + "real")
        _ = rename(directory + "real", directory + "trap")
        _ = rename(directory + "swap", directory + "real")
      }
      isDone.store(false, ordering: .releasing)
    }
    swapper.start()
    var seen: Set<String> = []
    var looks = 0
    while looks < 20_000 || !seen.isSuperset(of: ["inside", "link leads out"]) {
      seen.insert(try look("/real/secret.txt"))
      looks += 1
    }
    isDone.store(true, ordering: .relaxed)
    while isDone.load(ordering: .acquiring) { sched_yield() }
    #expect(!seen.contains("secret"))
    #expect(seen.isSubset(of: ["inside", "nothing", "link leads out"]), "\(seen)")
  }
}
