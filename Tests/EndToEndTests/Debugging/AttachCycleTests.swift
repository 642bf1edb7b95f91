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
      // What is opened or loaded once is there from then on.
      try cycle(served)
      let before = try settled(served) { _ in true }
      let load = SaveLoad(port: served.port, saved: 1, rate: 200)
      for _ in 0..<50 { try cycle(served) }
      let report = try load.stop()
      #expect(report.failures.isEmpty)
      #expect(report.good > 50)
      let after = try settled(served) { $0 == before }
      #expect(after == before)
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

  /// Open descriptors, and children that are left, once they are as wanted: connections are closed some
  /// time after their clients have gone.
  private func settled(
    _ served: ServedProject,
    _ isWanted: ([Int]) -> Bool
  ) throws -> [Int] {
    var found: [Int] = []
    for _ in 0..<100 {
      found = [
        ProcessInspection.descriptorCount(of: served.server.pid),
        ProcessInspection.descendants(of: served.server.pid, running: "").count,
      ]
      if isWanted(found) { break }
      usleep(100_000)
    }
    return found
  }
}
