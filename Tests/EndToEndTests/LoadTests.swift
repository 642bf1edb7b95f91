import Glibc
import SlipwayTestSupport
import Testing

/// Saves under load.
@Suite(.serialized, .timeLimit(.minutes(10)), .showingServerLog, .onLane)
struct LoadTests {
  @Test func fifteenSavesUnderLoadLoseNothing() throws {
    try withServedProject { try Self.save(15, in: $0) }
  }

  @Test(.slow) func aHundredSavesUnderLoadLoseNothing() throws {
    try withServedProject { try Self.save(100, in: $0) }
  }

  /// Saves `rev-N` so many times, each once the one before is served, under 200 requests a second.
  static func save(_ count: Int, in served: ServedProject) throws {
    // The first restart comes before the count: what is opened once is open from then on.
    try served.project.save(text: "rev-2")
    #expect(try served.get().text.contains("rev-2"))
    let before = try settledHoldings(of: served) { _ in true }
    let load = SaveLoad(port: served.port, saved: 2, rate: 200)
    for number in 3..<(3 + count) {
      try served.project.save(text: "rev-\(number)", number.isMultiple(of: 2) ? .inPlace : .rename)
      load.note(saved: number)
      #expect(try served.get().text.contains("rev-\(number)"))
    }
    let report = try load.stop()
    #expect(report.failures.isEmpty)
    #expect(report.stale.isEmpty)
    #expect(report.good > count)
    #expect(served.server.isRunning)
    #expect(served.generation(of: try served.get()) == count + 2)
    // What was open before may have been closed since: a connection, a build's pipe. The threads of
    // Swift's pool come and go with the work, at most one for each core.
    let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let isKept = { (found: [Int]) in found[0] <= before[0] && found[1] <= before[1] + cores }
    let after = try settledHoldings(of: served, isKept)
    #expect(isKept(after), "descriptors and threads: \(before), then \(after)")
  }

  /// Descriptors and threads once they are as wanted. Connections are closed some time after their
  /// clients have gone, and threads end some time after their work.
  private static func settledHoldings(
    of served: ServedProject,
    _ isWanted: ([Int]) -> Bool
  ) throws -> [Int] {
    var found: [Int] = []
    var last: [Int]
    var attempts = 0
    repeat {
      last = found
      usleep(200_000)
      found = [
        ProcessInspection.descriptorCount(of: served.server.pid),
        ProcessInspection.threadCount(of: served.server.pid),
      ]
      attempts += 1
    } while (found != last || !isWanted(found)) && attempts < 50
    return found
  }
}
