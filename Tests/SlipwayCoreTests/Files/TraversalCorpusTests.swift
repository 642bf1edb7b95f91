import Foundation
import SlipwayCore
import SlipwayTestSupport
import Synchronization
import Testing

/// Whatever is asked for, and whatever happens to the directory meanwhile: nothing from outside is
/// ever sent, nothing secret, and no request waits for a FIFO or a device.
@Suite("Traversal", .timeLimit(.minutes(5)))
struct TraversalCorpusTests {
  let scratch: ScratchDirectory

  /// In every file that must not be seen.
  private static let marker = "NOT-FOR-CLIENTS"

  /// Link, and where it leads.
  private static let links = [
    ("to-file", "../outside/secret.txt"), ("to-directory", "../outside"), ("to-parent", ".."),
    ("to-root", "/"), ("to-passwd", "/etc/passwd"), ("chain", "chain-2"), ("chain-2", "chain-3"),
    ("chain-3", "../outside"), ("a/up-two", "../.."), ("around", "a/../../outside/secret.txt"),
    ("in-and-out", "../public/../outside"), ("proc", "/proc/self"), ("dev-zero", "/dev/zero"),
    ("dev-tty", "/dev/tty"), ("loop", "loop"), ("long-loop", "a/back"), ("a/back", "../long-loop"),
    ("to-dots", ".git"), ("to-env", ".env"), ("to-key", "server.key"), ("hop", "."),
    ("a/to-env", "../.env"), ("to-fifo", "fifo"),
  ]

  init() throws {
    scratch = try ScratchDirectory()
    for name in [
      "outside/secret.txt", "outside/index.html", "public-not/secret.txt", "etc/passwd",
      "index.html",
      "public/.env", "public/.env.gz", "public/.git/config", "public/a/.hidden",
      "public/server.key",
      "public/server.key~", "public/id_rsa", "public/tls/cert.pem", "public/.ssh/known_hosts",
    ] {
      try scratch.write(Self.marker, to: name)
    }
    try scratch.write("hello", to: "public/hello.txt")
    try scratch.write("deep", to: "public/a/b/deep.txt")
    try scratch.write("home", to: "public/index.html")
    try scratch.link("public/absolute", to: scratch.path + "/outside")
    for (name, destination) in Self.links { try scratch.link("public/" + name, to: destination) }
    #expect(mkfifo(scratch.path + "/public/fifo", 0o600) == 0)
  }

  private static func isHarmless(_ response: RawClient.Response) -> Bool {
    let text = response.text
    return !text.contains(marker) && !text.contains("root:") && !text.contains("PATH=")
  }

  @Test(arguments: [false, true])
  func nothingFromOutsideIsSent(asMountOfEverything: Bool) async throws {
    #expect(Set(TraversalCorpus.targets).count > 500)
    var options = FilesOptions()
    options.listsDirectories = true
    let mount = asMountOfEverything ? "/" : "/static"
    try await withFilesServer(scratch.path + "/public", mount: mount, options: options) { connect in
      var client = try connect()
      for target in TraversalCorpus.targets {
        let target = asMountOfEverything ? target.replacing("/static", with: "") : target
        let response = try client.response(to: "GET", target, ["Accept-Encoding: gzip, br"])
        #expect([200, 308, 400, 403, 404, 500].contains(response.status), "\(target)")
        // Some are nothing but odd names for what may be seen.
        if response.status == 200 {
          #expect(
            ["hello", "deep", "home"].contains(response.text) || response["vary"] == "Accept",
            "\(target)"
          )
        }
        #expect(response.status != 500 || target.contains("loop"), "\(target)")
        #expect(Self.isHarmless(response), "\(target)")
        if response["connection"] == "close" { client = try connect() }
      }
    }
  }

  @Test func noNameOutsideIsTold() async throws {
    var options = FilesOptions()
    options.listsDirectories = true
    try await withFilesServer(scratch.path + "/public", options: options) { connect in
      let listing = try connect().response(to: "GET", "/static/a/", ["Accept: application/json"])
      #expect(listing.status == 200)
      for name in ["up-two", "back", "to-env", ".hidden"] {
        #expect(!listing.text.contains("\"\(name)\""), "\(name)")
      }
    }
  }

  /// Threads swap files, directories and links that lead out, as fast as they can.
  @Test(arguments: [false, true])
  func nothingFromOutsideIsSentInARace(listing: Bool) async throws {
    try scratch.write("inside", to: "public/real/secret.txt")
    try scratch.write("inside", to: "public/x.txt")
    try scratch.link("public/trap", to: "../outside")
    try scratch.link("public/y.txt", to: "../outside/secret.txt")
    let directory = scratch.path + "/public/"
    let swappers = [("real", "trap"), ("x.txt", "y.txt")]
      .map { real, trap in
        Repeating {
          _ = rename(directory + real, directory + real + ".swap")
          _ = rename(directory + trap, directory + real)
          _ = rename(directory + real, directory + trap)
          _ = rename(directory + real + ".swap", directory + real)
        }
      }
    defer { for swapper in swappers { swapper.stop() } }
    var options = FilesOptions()
    options.listsDirectories = listing
    try await withFilesServer(directory, options: options) { connect in
      let client = try connect()
      let paths =
        listing
        ? ["/static/real/", "/static/", "/static/real"]
        : ["/static/real/secret.txt", "/static/x.txt", "/static/trap/secret.txt", "/static/y.txt"]
      var statuses: Set<Int> = []
      for round in 0..<600 {
        let response = try client.response(to: "GET", paths[round % paths.count])
        statuses.insert(response.status)
        #expect(Self.isHarmless(response))
        #expect(response.status != 200 || listing || response.text == "inside")
      }
      #expect(statuses.isSubset(of: [200, 308, 403, 404]))
      #expect(statuses.contains(200))
    }
  }

  /// Contents change under the reader: what is sent is of the file, and as long as announced.
  @Test func responsesStayWholeWhileFilesAreRewritten() async throws {
    let path = scratch.path + "/public/changing"
    try scratch.write("", to: "public/changing")
    let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 400_000)
    let writer = Repeating {
      let file = open(path, O_WRONLY | O_TRUNC)
      _ = write(file, chunk, 100)
      _ = write(file, chunk, 300_000)
      close(file)
    }
    defer { writer.stop() }
    try await withFilesServer(scratch.path + "/public") { connect in
      var client = try connect()
      var whole = 0
      for _ in 0..<300 {
        do {
          let response = try client.response(to: "GET", "/static/changing")
          #expect(response.status == 200 || response.text.contains("SW026"))
          if response.status == 200 {
            #expect(memcmp(response.body, chunk, response.body.count) == 0)
            whole += 1
          }
        } catch RawClient.Failure.ended {
          // Cut short because the file was: the client knows.
          client = try connect()
        } catch RawClient.Failure.system {
          client = try connect()
        }
      }
      #expect(whole > 0)
    }
  }
}

/// A thread that does the same again and again, as fast as it can.
private final class Repeating: Sendable {
  private let isDone = Atomic(false)
  private let hasEnded = Atomic(false)

  init(_ action: @escaping @Sendable () -> Void) {
    startThread("repeating") { [self] in
      while !isDone.load(ordering: .relaxed) {
        action()
        // Others need the processor, too, and a request can only see what it has time to see.
        sched_yield()
      }
      hasEnded.store(true, ordering: .releasing)
    }
  }

  /// Returns when the action is not running any more, and never will.
  func stop() {
    isDone.store(true, ordering: .relaxed)
    while !hasEnded.load(ordering: .acquiring) { sched_yield() }
  }
}
