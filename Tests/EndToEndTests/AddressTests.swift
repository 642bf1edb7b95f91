import Glibc
import SlipwayTestSupport
import Testing

/// Where the server listens, and what it says if it cannot.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct AddressTests {
  @Test func aTakenPortIsSaidWithTheProcessThatHoldsIt() throws {
    try withServedProject { served in
      try withScratchDirectory { directory in
        try directory.write("Hello", to: "index.html")
        var options = ServerProcess.Options()
        options.listen = ["--listen", "127.0.0.1:\(served.port)"]
        options.format = []
        let second = try ServerProcess(serving: directory.path, options)
        #expect(try second.untilEnd() == .exited(1))
        #expect(second.text.contains("\(served.port)"))
        #expect(second.text.contains("\(served.server.pid)"))
        #expect(second.text.contains("[SW110]"))
      }
    }
  }

  @Test func aSecondServerInTheSameDirectorySaysSo() throws {
    try withServedProject { served in
      var options = ServerProcess.Options()
      options.format = []
      let second = try ServerProcess(serving: served.project.path, options)
      #expect(try second.untilEnd() == .exited(1))
      #expect(second.text.contains("\(served.server.pid)"))
      // The first is none the worse.
      #expect(try served.get().text == "rev-1")
      #expect(served.project.serverFile?["pid"]?.number == Int(served.server.pid))
    }
  }

  @Test func aSocketFromAServiceManagerIsUsedAndKept() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(listener) }
    try #require(listen(listener, 16) == 0)
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutableBytes(of: &address) { bytes in
      _ = getsockname(
        listener,
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        &size
      )
    }
    var options = ServerProcess.Options()
    options.listen = []
    options.third = listener
    options.script = "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\""
    try withServedProject(options) { served in
      #expect(served.port == UInt16(bigEndian: address.sin_port))
      #expect(try served.get().text == "rev-1")
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
      #expect(served.port == UInt16(bigEndian: address.sin_port))
    }
  }

  @Test func aUnixSocketIsServedOverRestartsAndRemoved() throws {
    try withScratchDirectory { directory in
      let path = directory.path("server.sock")
      try withServedProject(arguments: ["--listen", "unix:\(path)"]) { served in
        #expect(try Self.get(path).hasSuffix("rev-1"))
        try served.project.save(text: "rev-2")
        #expect(try Self.get(path).hasSuffix("rev-2"))
        #expect(try served.get().text == "rev-2")
        #expect(served.project.serverFile?["sockets"]?["http"]?.text == path)
      }
      #expect(access(path, F_OK) == -1, "the socket is still there")
    }
  }

  @Test func aUnixSocketOfADeadServerIsReplaced() throws {
    try withScratchDirectory { directory in
      let path = directory.path("server.sock")
      var options = ServerProcess.Options()
      options.listen = ["--listen", "unix:\(path)"]
      try ProjectPool.withProject { project in
        for _ in 0..<2 {
          let server = try ServerProcess(serving: project.path, options)
          try server.untilListening()
          #expect(try Self.get(path).hasSuffix("rev-1"))
          server.send(SIGKILL)
          _ = try server.untilEnd()
        }
      }
    }
  }

  /// What comes for one request over a socket in the file system.
  private static func get(_ path: String) throws -> String {
    let client = try RawClient(unix: path)
    try client.send("GET / HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\r\n")
    return String(decoding: try client.rest(), as: UTF8.self)
  }
}
