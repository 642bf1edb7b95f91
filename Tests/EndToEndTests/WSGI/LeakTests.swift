import Glibc
import SlipwayTestSupport
import Testing

/// What many requests leave behind, in the interpreter and in the server around it.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct WSGILeakTests {
  /// The ways in which an exchange comes to its end, each as often as the others.
  private enum Kind: Int, CaseIterable {
    case raised, raisedMidStream, whole, abandoned, abandonedUpload, file

    /// Whether the application returns an iterable that counts its `close()`.
    var closes: Bool { self == .raisedMidStream || self == .whole || self == .abandoned }
  }

  @Test(.slow, arguments: Python.span)
  func tenThousandRequestsLeaveNothing(python: Python) throws {
    let fixture = "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi/corner.py"
    try withServedPython(
      ["corner.py": try read(fixture)],
      serve: "wsgi:corner.py",
      python: python,
      environment: ["GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"],
      named: "leak"
    ) { served in
      // What is imported and cached once is there from then on; so is what the first look imports.
      let warmUp = try answer(3000, served)
      _ = try settled(served, closed: warmUp)
      let before = try settled(served, closed: warmUp)
      let count = 10_000
      let after = try settled(served, closed: warmUp + answer(count, served))
      // What leaks with one kind of request leaks with each of its kind. Some hundred of anything come and go
      // with threads and caches, so that fewer requests would tell nothing.
      let each = count / Kind.allCases.count / 2
      for (name, most) in [
        "blocks": each, "references": each, "allocated": each * 256, "descriptors": 20,
      ] {
        let (then, now) = (before[name] ?? 0, after[name] ?? .max)
        #expect(now < then + most, "\(name): \(then), then \(now)")
      }
    }
  }

  /// Makes requests of all kinds in turn, and says how many iterables that has closed.
  private func answer(_ count: Int, _ served: ServedPython) throws -> Int {
    var closed = 0
    for number in 0..<count {
      let kind = Kind.allCases[number % Kind.allCases.count]
      try answer(kind, served)
      if kind.closes { closed += 1 }
    }
    return closed
  }

  private func answer(_ kind: Kind, _ served: ServedPython) throws {
    switch kind {
    case .raised:
      #expect(try served.get("/raise").status == 500)
    case .raisedMidStream:
      #expect(throws: RawClient.Failure.self) { try served.get("/raise-late") }
    case .whole:
      #expect(try served.get("/closing?leak").text == "xy")
    case .abandoned:
      // Gone without having read: whoever abandons downloads does not say goodbye.
      let client = try RawClient(port: served.port)
      try client.send("GET /abandoned HTTP/1.1\r\nHost: e2e\r\n\r\n")
    case .abandonedUpload:
      let client = try RawClient(port: served.port)
      try client.send("POST /echo HTTP/1.1\r\nHost: e2e\r\nContent-Length: 9\r\n\r\nhalf")
    case .file:
      #expect(try served.get("/file-closed").status == 200)
    }
  }

  /// What the process holds once every iterable has been closed: the least of several looks, for
  /// connections and lines of the log that are on their way hold something for a moment.
  private func settled(_ served: ServedPython, closed: Int) throws -> [String: Int] {
    var least: [String: Int] = [:]
    var looks = 0
    for _ in 0..<600 {
      let words = try served.get("/held").text.split(separator: " ")
        .map { $0.split(separator: "=") }
      let held = Dictionary(uniqueKeysWithValues: words.map { (String($0[0]), Int($0[1]) ?? 0) })
      if held["closed"] == closed {
        least.merge(held) { min($0, $1) }
        looks += 1
        if looks == 20 { return least }
      }
      usleep(100_000)
    }
    throw ServerProcess.Failure(description: "not every iterable was closed once")
  }
}
