import Glibc
import SlipwayTestSupport
import Testing

/// Attaching and detaching, over and over, while requests are answered.
@Suite(.serialized, .timeLimit(.minutes(10)), .showingServerLog, .onLane)
struct AttachCycleTests {
  @Test(.slow, .needs(DebuggerPrograms.lldbServer))
  func fiftyCyclesUnderLoadLoseNothingAndLeaveNothing() throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      // What is opened, loaded or allocated once is there from then on.
      let warmUp = SaveLoad(port: served.port, saved: 1, rate: 200)
      for _ in 0..<5 { try cycle(served) }
      _ = try warmUp.stop()
      let before = Self.holdings(of: served)
      let load = SaveLoad(port: served.port, saved: 1, rate: 200)
      for _ in 0..<50 { try cycle(served) }
      let report = try load.stop()
      #expect(report.failures.isEmpty)
      #expect(report.good > 50)
      let after = try settled(served) { $0.isKept(since: before) }
      #expect(after.isKept(since: before), "\(before), then \(after)")
      #expect(ProcessInspection.descendants(of: served.server.pid, running: "debug-relay").isEmpty)
      #expect(served.server.isRunning)
    }
  }

  /// One session in the gdb-remote protocol: attached, stopped, let go.
  private func cycle(_ served: ServedProject) throws {
    let mark = served.server.mark
    let client = try RemoteClient(port: served.debugPort)
    #expect(try client.ask("QStartNoAckMode") == "OK")
    client.acknowledges = false
    #expect(try client.ask("?").hasPrefix("T"))
    #expect(try client.ask("D") == "OK")
    #expect(try client.untilHungUp())
    // The server has seen the end of it as well.
    try served.server.event("debugger-detached", since: mark)
  }

  /// What a server has, of which a session might leave something.
  private struct Holdings {
    var descriptors: Int
    var threads: Int
    var children: Int
    var residentKilobytes: Int

    /// What was there before may be gone since, a connection or a compiler. The threads of Swift's
    /// pool come and go, one for each core at most; 100 KB a session would be a leak.
    func isKept(since before: Self) -> Bool {
      descriptors <= before.descriptors && children <= before.children
        && threads <= before.threads + sysconf(Int32(_SC_NPROCESSORS_ONLN))
        && residentKilobytes <= before.residentKilobytes + 50 * 100
    }
  }

  private static func holdings(of served: ServedProject) -> Holdings {
    let pid = served.server.pid
    return Holdings(
      descriptors: ProcessInspection.descriptorCount(of: pid),
      threads: ProcessInspection.threadCount(of: pid),
      children: ProcessInspection.descendants(of: pid, running: "").count,
      residentKilobytes: ProcessInspection.residentKilobytes(of: pid)
    )
  }

  /// The same once it is as wanted: connections are closed some time after their clients have gone.
  private func settled(
    _ served: ServedProject,
    _ isWanted: (Holdings) -> Bool
  ) throws -> Holdings {
    var found = Self.holdings(of: served)
    for _ in 0..<300 where !isWanted(found) {
      usleep(100_000)
      found = Self.holdings(of: served)
    }
    return found
  }
}
