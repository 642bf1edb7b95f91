import Glibc
import SlipwayTestSupport
import Testing

/// What stands between a debugger and its server keeps neither from the other, and not much of either.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct RelayTests {
  /// The buffers of a relay, both full, and what the allocator makes of them. Much more is sent.
  private static let bound = 4096

  @Test(.needs(DebuggerPrograms.lldbServer))
  func aDebuggerThatDoesNotReadIsWaitedForInLittleMemory() throws {
    try withStoppedServer { served, client, relay in
      let before = ProcessInspection.residentKilobytes(of: relay)
      let place = String(try served.address(ofFunction: "handle", in: "libApp.so"), radix: 16)
      // Of 8 KB each: 32 MB.
      for _ in 0..<4000 { try client.tell("m\(place),1000") }
      try wait(forRestOf: [relay, debuggerServer(of: served)])
      #expect(ProcessInspection.residentKilobytes(of: relay) < before + Self.bound)
      #expect(try read(4000, from: client) == 4000 * 0x2000)
      #expect(ProcessInspection.peakKilobytes(of: relay) < before + Self.bound)
    }
  }

  @Test(.needs(DebuggerPrograms.lldbServer))
  func aDebuggerServerThatDoesNotReadIsWaitedForInLittleMemory() throws {
    try withStoppedServer { served, client, relay in
      let before = ProcessInspection.residentKilobytes(of: relay)
      let server = try debuggerServer(of: served)
      kill(server, SIGSTOP)
      defer { kill(server, SIGCONT) }
      // Unknown packets of 8 KB each, 32 MB in all; each has an empty reply.
      let packet = RemoteClient.packet("qSlipway:" + String(repeating: "x", count: 8192))
      let descriptor = client.client.descriptor
      let sending = Concurrent {
        for _ in 0..<4000 {
          var rest = packet[...]
          while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
              send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
          }
        }
        return true
      }
      try wait(forRestOf: [relay])
      #expect(!sending.isDone)
      #expect(ProcessInspection.residentKilobytes(of: relay) < before + Self.bound)
      kill(server, SIGCONT)
      #expect(try read(4000, from: client) == 0)
      #expect(try sending.value())
      #expect(ProcessInspection.peakKilobytes(of: relay) < before + Self.bound)
    }
  }

  @Test(
    .needs(DebuggerPrograms.lldbServer),
    arguments: [("QStartNoAckMode", "LLDB"), ("qSupported:swbreak+", "gdb")]
  )
  func aSecondDebuggerIsTurnedAwayAndTheLogSaysWhich(greeting: String, name: String) throws {
    try withStoppedServer { served, client, _ in
      let second = try RemoteClient(port: served.debugPort)
      try second.tell(greeting)
      #expect(try second.untilHungUp())
      // The server is stopped, and says so as soon as it is not.
      #expect(served.server.events("problem").isEmpty)
      try client.tell("c")
      let server = served.server
      let problem = try client.keepGoing(
        "c",
        until: Concurrent { try server.event("problem") { $0["code"]?.text == "SW213" } }
      )
      #expect(problem["message"]?.text?.contains(", \(name), was turned away") == true)
      // Whoever asks beforehand is told at once, while the server runs or not.
      let attach = try CommandRun([
        BuiltProducts.path(of: "slipway"), "attach", served.project.path,
      ])
      #expect(attach.end == .exited(1))
      #expect(attach.text.contains("SW167"), "\(attach.text)")
      #expect(attach.text.contains("attached to the server already: LLDB"), "\(attach.text)")
      #expect(served.server.events("debugger-attached").count == 1)
    }
  }

  /// A server with a debugger attached that has stopped it, and afterwards lets it go on and go.
  private func withStoppedServer(
    _ body: (ServedProject, RemoteClient, _ relay: Int32) throws -> Void
  ) throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let client = try RemoteClient(port: served.debugPort)
      #expect(try client.ask("QStartNoAckMode") == "OK")
      client.acknowledges = false
      #expect(try client.ask("?").hasPrefix("T"))
      let relays = ProcessInspection.descendants(of: served.server.pid, running: "debug-relay")
      try body(served, client, try #require(relays.first))
      let isRunning = served.server.events("problem").contains { $0["code"]?.text == "SW213" }
      if !isRunning { try client.tell("c") }
      #expect(try client.keepGoing("c", until: served.getBeside()) == "rev-1")
      client.hangUp()
      try served.server.event("debugger-detached")
      #expect(try served.get().text == "rev-1")
    }
  }

  /// Reads replies of which nothing has been read yet. Returns how much is in them, all in all.
  private func read(_ count: Int, from client: RemoteClient) throws -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var (bytes, ends, behind) = (0, 0, 0)
    // Behind each end are two digits.
    while ends < count || behind < 2 {
      let read = recv(client.client.descriptor, &buffer, buffer.count, 0)
      guard read > 0 else {
        throw ServerProcess.Failure(
          description: "\(ends) replies with \(bytes) bytes, then \(errno)"
        )
      }
      bytes += read
      ends += buffer[..<read].count { $0 == UInt8(ascii: "#") }
      let end = buffer[..<read].lastIndex(of: UInt8(ascii: "#"))
      behind = end.map { read - 1 - $0 } ?? behind + read
    }
    return bytes - count * "$#00".utf8.count
  }

  private func debuggerServer(of served: ServedProject) throws -> Int32 {
    let found = ProcessInspection.descendants(of: served.server.pid, running: "lldb-server")
    // Its own child does the work, where it has one.
    return try #require(found.max())
  }

  /// Waits until processes have nothing more that they could do: none has used the processor for a while.
  private func wait(forRestOf processes: [Int32]) throws {
    var last: [Int] = []
    var unchanged = 0
    while unchanged < 30 {
      let used = processes.map(ProcessInspection.processorTicks)
      unchanged = used == last ? unchanged + 1 : 0
      last = used
      usleep(20_000)
    }
  }
}
