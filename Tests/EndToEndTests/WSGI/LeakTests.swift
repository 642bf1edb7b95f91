import Glibc
import SlipwayTestSupport
import Testing

/// What many requests leave behind in the interpreter.
@Suite(.serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct WSGILeakTests {
  @Test(.slow) func tenThousandRequestsLeaveNothing() throws { try run(10_000) }

  /// A third raises, a third is closed after a generator, a third is abandoned by its client.
  private func run(_ count: Int) throws {
    let fixture = "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi/corner.py"
    try withServedPython(
      ["corner.py": try read(fixture)],
      serve: "wsgi:corner.py",
      named: "leak"
    ) { served in
      // What is imported and cached once is there from then on.
      for number in 0..<300 { try one(number, served) }
      let before = try settled(served, closed: 200)
      for number in 0..<count { try one(number, served) }
      let closing = (0..<count).count { $0 % 3 != 0 }
      let after = try settled(served, closed: 200 + closing)
      // A leak in each request of one kind would take a block for every third. Some hundred come and go
      // with threads and caches, so that fewer requests would tell nothing.
      #expect(after < before + count / 4, "blocks: \(before), then \(after)")
    }
  }

  private func one(_ number: Int, _ served: ServedPython) throws {
    switch number % 3 {
    case 0:
      #expect(try served.get("/raise").status == 500)
    case 1:
      #expect(try served.get("/closing?leak").text == "xy")
    default:
      let client = try RawClient(port: served.port)
      try client.send("GET /abandoned HTTP/1.1\r\nHost: e2e\r\n\r\n")
    // Gone without having read: whoever abandons downloads does not say goodbye.
    }
  }

  /// Blocks of memory once every iterable has been closed.
  private func settled(_ served: ServedPython, closed: Int) throws -> Int {
    for _ in 0..<600 {
      let numbers = try served.get("/blocks").text.split(separator: " ").compactMap { Int($0) }
      if numbers.count == 2, numbers[1] == closed { return numbers[0] }
      usleep(100_000)
    }
    throw ServerProcess.Failure(description: "not every iterable was closed once")
  }
}
