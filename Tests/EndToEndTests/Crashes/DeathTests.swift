import SlipwayTestSupport
import Testing

/// Every way in which an application takes the process with it.
@Suite(.slow, .serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct DeathTests {
  /// What the page says, by the name of the death.
  static let deaths: [(name: String, says: String)] = [
    ("nil", "Fatal error: Unexpectedly found nil"),
    ("index", "Fatal error: Index out of range"),
    ("negative-index", "Fatal error: Index out of range"),
    ("overflow", "Application crashed"),
    ("conversion", "Fatal error: Not enough bits"),
    ("division", "Fatal error: Division by zero"),
    ("shift-range", "Fatal error: Range requires lowerBound <= upperBound"),
    ("precondition", "the list has to be empty"),
    ("assertion", "the list should be empty"),
    ("fatal-error", "the harbour is closed"),
    ("cast", "Could not cast value of type"),
    ("duplicate-key", "Duplicate values for key"),
    ("string-index", "String index is out of bounds"),
    ("unowned", "Attempted to read an unowned reference"),
    ("exclusivity", "Simultaneous accesses to"),
    ("deinit", "it goes down with the ship"),
    ("try", "'try!' expression unexpectedly raised an error"),
    ("stack-overflow", "Stack overflow"),
    ("detached-task", "in a task of its own"),
    ("thread", "in a thread of its own"),
    ("thread-stack-overflow", "Stack overflow"),
    ("twice-at-once", "Segmentation fault"),
    ("null-read", "A null pointer was used"),
    ("null-call", "A null pointer was used"),
    ("read-only-write", "Segmentation fault"),
    ("bus", "Bus error"),
    ("c-stack-overflow", "Stack overflow"),
    ("double-free", "double free"),
    ("heap-overflow", "SIGABRT"),
    ("stack-smashing", "stack smashing detected"),
    ("abort", "The program called abort()"),
    ("c-assert", "zero == 1"),
    ("illegal-instruction", "SIGILL"),
    ("breakpoint", "SIGTRAP"),
    ("cxx-exception", "the mast is broken"),
    ("bad-alloc", "std::bad_alloc"),
    ("exit", "The application called exit(3)"),
    ("exit-elsewhere", "The application called exit(4)"),
    ("sent-signal", "Somebody sent SIGSEGV"),
  ]

  /// Those for which the page names a line of the application.
  static let placed: Set = [
    "nil", "index", "conversion", "division", "precondition", "fatal-error", "cast", "unowned",
    "exclusivity", "try", "stack-overflow", "detached-task", "thread", "null-read", "bus",
    "cxx-exception", "double-free", "exit", "abort",
  ]

  @Test func eachIsAPageFromTheSameProcess() throws {
    try DeathsProject.serve { served in
      for (name, says) in Self.deaths {
        let mark = served.server.mark
        let page = try served.get("/die/\(name)", fields: "Authorization: Basic c2VjcmV0\r\n")
        #expect(page.status == 500, "\(name)")
        #expect(page.text.contains("SW180"), "\(name)")
        #expect(page.text.contains(says), "\(name): \(page.text)")
        #expect(page.text.contains("/die/\(name)"), "\(name)")
        #expect(!page.text.contains("c2VjcmV0"), "\(name)")
        if Self.placed.contains(name) {
          #expect(page.text.contains("/Sources/"), "\(name): \(page.text)")
          #expect(page.text.contains("Frames of the application"), "\(name): \(page.text)")
        }
        // What happens next is as if nothing had been.
        #expect(try served.get("/alive").text == "calm GET", "\(name)")
        #expect(served.server.isRunning, "\(name)")
        let event = try served.server.event("crashed", since: mark)
        #expect(event["held_back"] == .boolean(false), "\(name)")
      }
      #expect(served.project.serverFile?["pid"]?.number == Int(served.server.pid))
    }
  }

  @Test func twoHundredInARowLeaveEverythingWhereItWas() throws {
    try DeathsProject.serve { served in
      func die(_ times: Int) throws {
        for _ in 0..<times {
          #expect(try served.get("/die/null-read").status == 500)
        }
        #expect(try served.get("/alive").text == "calm GET")
      }
      func measure() -> (descriptors: Int, threads: Int, memory: Int) {
        let pid = served.server.pid
        return (
          ProcessInspection.descriptorCount(of: pid), ProcessInspection.threadCount(of: pid),
          ProcessInspection.residentKilobytes(of: pid)
        )
      }
      try die(20)
      let before = measure()
      try die(180)
      let after = measure()
      #expect(after.descriptors <= before.descriptors + 3, "\(before) \(after)")
      // Those of the pool come and go.
      #expect(after.threads <= before.threads + 3, "\(before) \(after)")
      #expect(after.memory <= before.memory * 5 / 4, "\(before) \(after)")
      let kept = ProcessInspection.entries(served.project.path + "/.slipway/crashes")
      #expect(kept.count == 40)
    }
  }
}
