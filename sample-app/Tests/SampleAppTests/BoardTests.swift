import FoundationEssentials
import Testing

@testable import SampleApp

@Suite(.timeLimit(.minutes(1)))
struct BoardTests {
  @Test func aPostedNoticeIsThereAfterARestart() async throws {
    try await withScratchDirectory { directory in
      let data = "\(directory)/data"
      let posted = try await Board(directory: data).post(Draft(author: "Aurora", text: "Late"))

      let notices = try await Board(directory: data).notices()
      #expect(notices.first?.id == posted.id)
      #expect(notices.first?.text == "Late")
      #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["notices.json"])
    }
  }

  @Test func aRemovedNoticeStaysAway() async throws {
    try await withScratchDirectory { directory in
      let board = Board(directory: directory)
      let id = try await board.post(Draft(author: "Aurora", text: "Late")).id
      try await board.remove(id: id)

      #expect(try await Board(directory: directory).notices().allSatisfy { $0.id != id })
      await #expect(throws: BoardError.noSuchNotice) { try await board.remove(id: id) }
    }
  }

  @Test func idsAreNotGivenTwiceWhilePostingAtOnce() async throws {
    try await withScratchDirectory { directory in
      let board = Board(directory: directory)
      let ids = try await withThrowingTaskGroup { group in
        for number in 0..<20 {
          group.addTask { try await board.post(Draft(author: "Ferry", text: "\(number)")).id }
        }
        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
      #expect(ids.count == 20)
    }
  }

  @Test func tellsFollowersOfEachChangeUntilTheyLeave() async throws {
    try await withScratchDirectory { directory in
      let board = Board(directory: directory)
      var changes: AsyncStream<Void>? = await board.changes()
      var iterator = changes?.makeAsyncIterator()
      // The first says: look what there is.
      #expect(await iterator?.next() != nil)
      let id = try await board.post(Draft(author: "Aurora", text: "Late")).id
      #expect(await iterator?.next() != nil)
      try await board.remove(id: id)
      #expect(await iterator?.next() != nil)

      #expect(await board.followerCount == 1)
      (changes, iterator) = (nil, nil)
      while await board.followerCount > 0 {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
  }

  @Test func aFullBoardTakesNoMore() async throws {
    try await withScratchDirectory { directory in
      let board = Board(directory: directory)
      await #expect(throws: BoardError.full) {
        for _ in 0...Board.capacity { _ = try await board.post(Draft(author: "a", text: "b")) }
      }
    }
  }

  @Test(arguments: ["", "{}", "[{\"id\": \"one\"}]", "\u{0}"])
  func aDamagedFileIsReportedAndHealsOnceMended(text: String) async throws {
    try await withScratchDirectory { directory in
      let path = "\(directory)/notices.json"
      try Data(text.utf8).write(to: URL(filePath: path))
      let board = Board(directory: directory)
      await #expect(throws: BoardError.damaged(path: path)) { try await board.notices() }

      try Data("[]".utf8).write(to: URL(filePath: path))
      #expect(try await board.notices().isEmpty)
    }
  }

  @Test func aNoticeThatCannotBeWrittenIsNotOnTheBoard() async throws {
    try await withScratchDirectory { directory in
      try Data().write(to: URL(filePath: "\(directory)/file"))
      let board = Board(directory: "\(directory)/new/data")
      let before = try await board.notices()

      await #expect(throws: BoardError.self) {
        try await board.post(Draft(author: "Aurora", text: "Late"))
      }
      #expect(try await board.notices() == before)
    }
  }
}
