import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Files on their way", .timeLimit(.minutes(5)))
struct FileTransferTests {
  let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  /// Bytes that tell their place, so that none can be missing or doubled unseen.
  private func numbered(_ size: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: UInt8(ascii: "."), count: size)
    bytes.withUnsafeMutableBytes { room in
      for place in stride(from: 0, to: size - 7, by: 8) {
        room.storeBytes(
          of: UInt64(place) &* 0x9E37_79B9_7F4A_7C15,
          toByteOffset: place,
          as: UInt64.self
        )
      }
    }
    return bytes
  }

  /// As `==`, which takes its time for millions of bytes where nothing is optimized.
  private func areSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && memcmp(one, other, one.count) == 0
  }

  /// A file of this size with nothing in it.
  private func makeHole(_ size: Int, _ name: String) throws {
    let file = open("\(scratch.path)/\(name)", O_CREAT | O_WRONLY, 0o600)
    defer { close(file) }
    #expect(ftruncate(file, off_t(size)) == 0)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(scratch.path)/\(name)"))
  }

  private func append(_ bytes: [UInt8], to name: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(scratch.path)/\(name)"))
    try file.seekToEnd()
    try file.write(contentsOf: bytes)
    try file.close()
  }

  /// Not in a packet before it, which would wake the client for the head alone.
  @Test
  func theHeadTravelsWithTheFirstBytesOfAFile() async throws {
    try write(numbered(100_000), to: "large.bin")
    try await withFilesServer(scratch.path) { connect in
      for _ in 0..<20 {
        let client = try connect()
        try client.send("GET /static/large.bin HTTP/1.0\r\n\r\n")
        let first = try client.arrival()
        let head = try #require(first.firstRange(of: Array("\r\n\r\n".utf8)))
        #expect(head.upperBound < first.count)
      }
    }
  }

  /// How many descriptors of this process lead to a file.
  private func openCount(_ name: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      .count { entry in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(entry)"))
          == "\(scratch.path)/\(name)"
      }
  }

  /// Whether nobody has the file open any more, within the patience of a test.
  private func isClosed(_ name: String) throws -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while try openCount(name) > 0 {
      guard ContinuousClock.now < end else { return false }
      sched_yield()
    }
    return true
  }

  /// Around each size at which the way of sending changes.
  @Test(arguments: [0, 1, 32_767, 32_768, 32_769, 65_536, 262_144, 262_145, 1_048_577, 3_000_000])
  func arriveWhole(size: Int) async throws {
    let bytes = numbered(size)
    try write(bytes, to: "file")
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      for _ in 0..<3 {
        let response = try client.response(to: "GET", "/static/file")
        #expect(response.status == 200)
        #expect(response["content-length"] == String(size))
        #expect(areSame(response.body, bytes))
      }
    }
    #expect(try isClosed("file"))
  }

  @Test func arriveInOrderWhenPipelined() async throws {
    let bytes = numbered(700_000)
    try write(bytes, to: "large")
    try scratch.write("small", to: "small")
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      for _ in 0..<4 {
        try client.send("GET", "/static/large")
        try client.send("GET", "/static/small")
        try client.send("HEAD", "/static/large")
      }
      for _ in 0..<4 {
        #expect(try areSame(client.response().body, bytes))
        #expect(try client.response().text == "small")
        #expect(try client.response(toHead: true)["content-length"] == "700000")
      }
    }
  }

  @Test func arriveAtSlowReadersAndAtOldOnes() async throws {
    let bytes = numbered(12_000_000)
    try write(bytes, to: "file")
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      var size: Int32 = 64 * 1024
      setsockopt(client.descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
      try client.send("GET", "/static/file")
      #expect(try client.head().status == 200)
      var received: [UInt8] = []
      while received.count < bytes.count {
        received += try client.bytes(min(50_000, bytes.count - received.count))
      }
      #expect(areSame(received, bytes))
      let old = try connect()
      try old.send("GET /static/file HTTP/1.0\r\n\r\n")
      #expect(try areSame(old.response().body, bytes))
      #expect(try old.rest() == [])
    }
  }

  @Test func areSentAsAnnouncedWhenTheyGrow() async throws {
    let bytes = numbered(3_000_000)
    try write(bytes, to: "file")
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      try client.send("GET", "/static/file")
      let head = try client.head()
      try append(Array("more".utf8), to: "file")
      #expect(head["content-length"] == String(bytes.count))
      #expect(try areSame(client.bytes(bytes.count), bytes))
      #expect(try client.response(to: "GET", "/static/file", ["Range: bytes=-4"]).text == "more")
    }
  }

  /// Neither an end that looks like a whole response, nor one that never comes.
  @Test(arguments: [0, 1, 5_000_000])
  func breakOffWhenTheyShrink(size: Int) async throws {
    try makeHole(40_000_000, "file")
    let records = Arrivals<ExchangeRecord>()
    let complaints = Complaints()
    try await withFilesServer(scratch.path, records: records, complaints: complaints) { connect in
      let client = try connect()
      try client.send("GET", "/static/file")
      #expect(try client.head()["content-length"] == "40000000")
      #expect(truncate(scratch.path + "/file", off_t(size)) == 0)
      #expect(throws: RawClient.Failure.self) { try client.bytes(40_000_000) }
      let record = try #require(records.next())
      #expect(record.wasCut)
      #expect(record.responseBytes < 40_000_000)
      // The server is as it was.
      #expect(try connect().response(to: "HEAD", "/static/file")["content-length"] == String(size))
    }
    #expect(try isClosed("file"))
    #expect(complaints.all.contains { $0.contains("became shorter") })
  }

  @Test func areClosedWhenTheClientHasDied() async throws {
    try makeHole(40_000_000, "file")
    let records = Arrivals<ExchangeRecord>()
    let complaints = Complaints()
    try await withFilesServer(scratch.path, records: records, complaints: complaints) { connect in
      for round in 0..<40 {
        let client = try connect()
        try client.send("GET", "/static/file")
        _ = try client.head()
        #expect(try openCount("file") > 0)
        // Some die while nothing moves, some in the middle of a turn of the event loop.
        if round >= 10 { _ = try client.bytes(round * 50_000) }
        if round.isMultiple(of: 2) { client.reset() } else { client.close() }
        let record = try #require(records.next())
        #expect(record.wasCut)
      }
      #expect(try isClosed("file"))
    }
    // That is nobody's fault.
    #expect(complaints.all == [])
  }

  /// What is sent is the file that was there when the request came.
  @Test func stayTheSameWhenAnotherTakesTheirPlace() async throws {
    let old = numbered(3_000_000)
    try write(old, to: "file")
    try scratch.write("new", to: "next")
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      try client.send("GET", "/static/file")
      _ = try client.head()
      #expect(rename(scratch.path + "/next", scratch.path + "/file") == 0)
      #expect(try areSame(client.bytes(old.count), old))
      #expect(try client.response(to: "GET", "/static/file").text == "new")
    }
  }

  @Test func mayBeLargerThanFourGigabytes() async throws {
    let path = scratch.path + "/huge"
    let size = 5 * 1024 * 1024 * 1024 + 3
    let file = open(path, O_CREAT | O_RDWR, 0o600)
    #expect(ftruncate(file, off_t(size)) == 0)
    #expect(pwrite(file, "end", 3, off_t(size - 3)) == 3)
    #expect(pwrite(file, "middle", 6, off_t(4_294_967_293)) == 6)
    close(file)
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      #expect(try client.response(to: "HEAD", "/static/huge")["content-length"] == String(size))
      let end = try client.response(to: "GET", "/static/huge", ["Range: bytes=-3"])
      #expect(end["content-range"] == "bytes \(size - 3)-\(size - 1)/\(size)")
      #expect(end.text == "end")
      let middle = try client.response(
        to: "GET",
        "/static/huge",
        ["Range: bytes=4294967293-4294967298"]
      )
      #expect(middle.text == "middle")
      let large = try client.response(
        to: "GET",
        "/static/huge",
        ["Range: bytes=4294867293-4294967298"]
      )
      #expect(large.body.count == 100_006)
      #expect(large.text.hasSuffix("middle"))
    }
  }

  // MARK: Several ranges

  @Test(arguments: [200, 100_000])
  func arriveInParts(gap: Int) async throws {
    let bytes = numbered(1_000_000)
    try write(bytes, to: "file.txt")
    let ranges = [500_000..<500_000 + gap, 10..<20, 999_990..<1_000_000]
    let field = ranges.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: ", ")
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      let response = try client.response(to: "GET", "/static/file.txt", ["Range: bytes=\(field)"])
      #expect(response.status == 206)
      #expect(response["content-range"] == nil)
      let type = try #require(response["content-type"])
      let prefix = "multipart/byteranges; boundary="
      #expect(type.hasPrefix(prefix))
      let boundary = String(type.dropFirst(prefix.count))
      var expected: [UInt8] = []
      for range in ranges {
        if !expected.isEmpty { expected += Array("\r\n".utf8) }
        let head =
          "--\(boundary)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes "
          + "\(range.lowerBound)-\(range.upperBound - 1)/1000000\r\n\r\n"
        expected += Array(head.utf8) + bytes[range]
      }
      expected += Array("\r\n--\(boundary)--\r\n".utf8)
      #expect(areSame(response.body, expected))
      #expect(response["content-length"] == String(expected.count))
      // Each response has a boundary of its own, and HEAD knows no ranges.
      let again = try client.response(to: "GET", "/static/file.txt", ["Range: bytes=\(field)"])
      #expect(again["content-type"] != type)
      let head = try client.response(to: "HEAD", "/static/file.txt", ["Range: bytes=\(field)"])
      #expect(head.status == 200)
      #expect(head["content-length"] == "1000000")
    }
  }

  @Test func arriveInPartsOnlyIfTheyAreStillTheSame() async throws {
    let bytes = numbered(10_000)
    try write(bytes, to: "file")
    try scratch.date("file", 784_111_777)
    try await withFilesServer(scratch.path) { connect in
      let client = try connect()
      var tag: String?
      while tag == nil { tag = try client.response(to: "GET", "/static/file")["etag"] }
      let date = "Sun, 06 Nov 1994 08:49:37 GMT"
      func status(_ validator: String) throws -> Int {
        let fields = ["Range: bytes=0-1,5000-5001", "If-Range: \(validator)"]
        return try client.response(to: "GET", "/static/file", fields).status
      }
      #expect(try status(tag ?? "") == 206)
      #expect(try status("W/" + (tag ?? "")) == 200)
      #expect(try status("\"other\"") == 200)
      #expect(try status("*") == 200)
      // A date is as good as a tag once no other state of the file can have had it.
      var isSettled = false
      while !isSettled {
        isSettled = try client.response(to: "GET", "/static/file")["last-modified"] != nil
        if !isSettled { sched_yield() }
      }
      #expect(try status(date) == 206)
      #expect(try status("Sun, 06 Nov 1994 08:49:38 GMT") == 200)
      #expect(try status("Sun, 06 Nov 1994 08:49:36 GMT") == 200)
    }
  }
}
