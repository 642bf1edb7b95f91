import Glibc
import SlipwayTestSupport
import Testing

/// The promise: the next response after a save is the new code.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct SavingTests {
  @Test func theNextResponseAfterASaveIsTheNewCode() throws {
    try withServedProject { served in
      let first = try served.get()
      #expect(first.text == "rev-1")
      var generation = try #require(served.generation(of: first))
      for (number, style) in [Project.SaveStyle.inPlace, .rename, .inPlace, .rename].enumerated() {
        try served.project.save(text: "new-\(number)", style)
        let response = try served.get()
        #expect(response.status == 200)
        #expect(response.text == "new-\(number)")
        let now = try #require(served.generation(of: response))
        #expect(now > generation)
        generation = now
        let file = try #require(served.project.serverFile)
        #expect(file["pid"]?.number == Int(served.server.pid))
        #expect(file["generation"]?.number == generation)
      }
      #expect(served.server.isRunning)
    }
  }

  @Test func aPostThatArrivesWhileTheGateIsClosedIsAnsweredOnceAndWholeByTheNewCode() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let body = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
      let port = served.port
      let post = Concurrent {
        let client = try RawClient(port: port)
        try client.send("POST /echo HTTP/1.1\r\nHost: e2e\r\nContent-Length: \(body.count)\r\n\r\n")
        try client.send(body)
        let response = try client.response()
        // A second answer would come behind the first.
        return (text: response.text, isAlone: client.isSilent(for: 200))
      }
      // A request behind it in time has been held when this one is.
      let other = try served.connect()
      try other.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(other.isSilent(for: 300))
      #expect(!post.isDone)
      build.release(served.project.source(of: "whole"))
      let answer = try post.value()
      #expect(answer.text == "whole \(body.count) \(adler32(body))")
      #expect(answer.isAlone)
      #expect(try other.response().text == "whole")
    }
  }

  @Test func aSaveDuringABuildIsWhatIsServed() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let mark = served.server.mark
      try served.project.save(text: "second")
      #expect(try served.get().text == "second")
      _ = consume build
      try served.server.event("build-cancelled", since: mark)
    }
  }

  @Test(arguments: Project.SaveStyle.allCases)
  func aSaveDuringTheRestartIsWhatIsServed(style: Project.SaveStyle) throws {
    try withServedProject { served in
      for number in 0..<5 {
        let mark = served.server.mark
        try served.project.save(text: "first-\(number)")
        try served.server.event("restarting", since: mark)
        try served.project.save(text: "second-\(number)", style)
        #expect(try served.get().text == "second-\(number)")
      }
    }
  }

  @Test func aRevertedSaveServesTheOldTextAgain() throws {
    try withServedProject { served in
      for _ in 0..<3 {
        try served.project.save(text: "other")
        try served.project.save(text: "rev-1")
        #expect(try served.get().text == "rev-1")
      }
      let mark = served.server.mark
      try served.project.save(text: "other")
      try served.server.event("build-started", since: mark)
      try served.project.save(text: "rev-1")
      #expect(try served.get().text == "rev-1")
      try served.project.save(text: "other")
      #expect(try served.get().text == "other")
      try served.project.save(text: "rev-1")
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func twoSavesInTheSameSecondAreBothSeen() throws {
    try withServedProject { served in
      for number in 0..<6 {
        // Of the same length: neither size nor second tells them apart.
        try served.project.save(text: "one-\(number)")
        #expect(try served.get().text == "one-\(number)")
        try served.project.save(text: "two-\(number)")
        #expect(try served.get().text == "two-\(number)")
      }
    }
  }

  @Test func aHeaderIsPartOfTheCode() throws {
    try withServedProject(
      prepare: { project in
        try project.save("#define TEXT \"a-0\"\n", to: "Sources/App/word.h")
        try project.save(
          "#include \"word.h\"\nconst char *const text = TEXT;\n",
          to: project.textFile
        )
      },
      { served in
        #expect(try served.get().text == "a-0")
        for number in 1..<4 {
          try served.project.save("#define TEXT \"a-\(number)\"\n", to: "Sources/App/word.h")
          #expect(try served.get().text == "a-\(number)")
        }
      }
    )
  }

  @Test func responsesInOrderNeverGoBackWhileSavesDoNotStop() throws {
    try withServedProject { served in
      let isOver = Monitor(false)
      let port = served.port
      let series = Concurrent {
        let client = try RawClient(port: port)
        var seen: [String] = []
        while !isOver.update({ $0 }) {
          try client.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
          seen.append(try client.response().text)
        }
        return seen
      }
      let end = ContinuousClock.now + .seconds(3)
      var number = 1
      while ContinuousClock.now < end {
        number += 1
        try served.project.save(
          text: "rev-\(number)",
          number.isMultiple(of: 2) ? .rename : .inPlace
        )
        usleep(UInt32.random(in: 1000...400_000))
      }
      #expect(try served.get().text == "rev-\(number)")
      isOver.update { $0 = true }
      let numbers = try series.value().map { Int($0.dropFirst(4)) ?? -1 }
      #expect(numbers == numbers.sorted())
      #expect(!numbers.contains(-1))
    }
  }

  /// The first file is built at once, and that is thrown away if more comes, at whatever moment it does.
  @Test func aSecondFileOfASaveIsPartOfWhatIsServed() throws {
    let text = "const char *const text = TEXT SUFFIX;\n"
    try withServedProject(
      prepare: { project in
        try project.save("#define TEXT \"a\"\n", to: "Sources/App/word.h")
        try project.save(
          "#define SUFFIX \"-0\"\n#include \"word.h\"\n" + text,
          to: project.textFile
        )
      },
      { served in
        #expect(try served.get().text == "a-0")
        for number in 1..<9 {
          try served.project.save("#define TEXT \"b\(number)\"\n", to: "Sources/App/word.h")
          usleep(UInt32(number - 1) * 2500)
          try served.project.save(
            "#define SUFFIX \"-\(number)\"\n#include \"word.h\"\n" + text,
            to: served.project.textFile,
            number % 2 == 0 ? .rename : .inPlace
          )
          #expect(try served.get().text == "b\(number)-\(number)")
        }
      }
    )
  }

  @Test func savingTheSameContentBuildsNothing() throws {
    try withServedProject { served in
      _ = try served.get()
      let mark = served.server.mark
      try served.project.save(text: "rev-1")
      try served.project.save(text: "rev-1", .rename)
      #expect(try served.get().text == "rev-1")
      // What is built next is the next change, and nothing before it.
      try served.project.save(text: "other")
      #expect(try served.get().text == "other")
      #expect(served.server.events("build-started", since: mark).count == 1)
    }
  }
}

/// RFC 1950, section 8.
func adler32(_ bytes: [UInt8]) -> UInt32 {
  var low: UInt32 = 1
  var high: UInt32 = 0
  for byte in bytes {
    low = (low + UInt32(byte)) % 65521
    high = (high + low) % 65521
  }
  return high << 16 | low
}
