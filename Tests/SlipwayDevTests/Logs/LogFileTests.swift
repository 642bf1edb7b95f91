import Glibc
import SlipwayDev
import SlipwayTestSupport
import Testing

/// Files that lines are added to.
@Suite(.timeLimit(.minutes(5)))
struct LogFileTests {
  @Test func addsToWhatIsThereAndMakesTheDirectory() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      let path = scratch.path + "/logs/deep/access.log"
      for text in ["one", "two"] {
        var file = LogFile(path: path, LogConfiguration())
        file.append(text.utf8)
        file.flush()
        #expect(file.takeTroubles().isEmpty)
      }
      #expect(try read(path) == "one\ntwo\n")
    }
  }

  @Test func keepsEveryLineInOneOfItsFilesWhileItRotates() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      let path = scratch.path + "/access.log"
      var file = LogFile(path: path, LogConfiguration(rotateAt: 1024, keep: 50))
      let lines = (0..<500).map { "line \($0) with some words behind it" }
      for line in lines { file.append(line.utf8) }
      file.flush()
      #expect(file.takeTroubles().isEmpty)
      let names = (1...50).reversed().map { "\(path).\($0)" } + [path]
      let texts = names.filter { access($0, F_OK) == 0 }.compactMap { try? read($0) }
      #expect(texts.count > 10)
      #expect(texts.allSatisfy { $0.utf8.count <= 1024 && $0.hasSuffix("\n") })
      #expect(texts.joined() == lines.map { $0 + "\n" }.joined())
    }
  }

  @Test func forgetsTheOldestFiles() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      let path = scratch.path + "/access.log"
      var file = LogFile(path: path, LogConfiguration(rotateAt: 1024, keep: 2))
      for _ in 0..<100 { file.append([UInt8](repeating: 0x61, count: 200)) }
      file.flush()
      #expect(access(path + ".2", F_OK) == 0)
      #expect(access(path + ".3", F_OK) == -1)
    }
  }

  @Test func aLineLongerThanTheLimitHasAFileOfItsOwn() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      let path = scratch.path + "/access.log"
      var file = LogFile(path: path, LogConfiguration(rotateAt: 1024, keep: 3))
      let long = String(repeating: "x", count: 3000)
      for line in ["a", long, "b"] { file.append(line.utf8) }
      file.flush()
      #expect(try read(path) == "b\n")
      #expect(try read(path + ".1") == long + "\n")
      #expect(try read(path + ".2") == "a\n")
    }
  }

  @Test func writesToTheRenamedFileUntilItIsReopened() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      let path = scratch.path + "/access.log"
      var file = LogFile(path: path, LogConfiguration())
      file.append("one".utf8)
      file.flush()
      try #require(rename(path, path + ".old") == 0)
      file.append("two".utf8)
      file.reopen()
      file.append("three".utf8)
      file.flush()
      #expect(try read(path + ".old") == "one\ntwo\n")
      #expect(try read(path) == "three\n")
    }
  }

  @Test func saysOnceThatItCannotBeOpenedAndHeals() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      let path = scratch.path + "/here/access.log"
      try scratch.write("in the way", to: "here")
      var file = LogFile(path: path, LogConfiguration())
      for _ in 0..<3 {
        file.append("lost".utf8)
        file.flush()
      }
      #expect(file.takeTroubles().map(\.code) == [.notOpened])
      try scratch.remove("here")
      file.append("kept".utf8)
      file.flush()
      let healed = file.takeTroubles()
      #expect(healed.map(\.code) == [.writtenAgain])
      #expect(healed.first?.message.contains("3 lines") == true)
      #expect(try read(path) == "kept\n")
    }
  }

  @Test(.enabled(if: getuid() == 0, "needs to mount a file system"))
  func aFullDiskIsSaidOnceAndHealsWhenThereIsRoom() throws {
    try SlipwayTestSupport.withScratchDirectory { (scratch) throws in
      try #require(mount("tmpfs", scratch.path, "tmpfs", 0, "size=64k") == 0)
      defer { umount2(scratch.path, Int32(MNT_DETACH)) }
      let path = scratch.path + "/access.log"
      var file = LogFile(path: path, LogConfiguration())
      for _ in 0..<2 { file.append([UInt8](repeating: 0x61, count: 200)) }
      file.flush()
      let fill = open(scratch.path + "/fill", O_WRONLY | O_CREAT, 0o600)
      let bytes = [UInt8](repeating: 1, count: 4096)
      while write(fill, bytes, bytes.count) > 0 {}
      close(fill)
      for _ in 0..<100 {
        file.append([UInt8](repeating: 0x62, count: 200))
        file.flush()
      }
      #expect(file.takeTroubles().map(\.code) == [.notWritten])
      unlink(scratch.path + "/fill")
      file.append("healed".utf8)
      file.flush()
      let healed = file.takeTroubles()
      #expect(healed.map(\.code) == [.writtenAgain])
      let lines = try read(path).split(separator: "\n")
      #expect(lines.last == "healed")
      // What is there is whole, but for the line that the disk was full in.
      let torn = lines.count { !$0.isEmpty && $0.utf8.count != 200 && $0 != "healed" }
      #expect(torn <= 1)
      let lost = healed.first?.message.split(separator: " ").compactMap { Int($0) }.last
      #expect(lines.count - 1 - torn + (lost ?? 0) == 102)
    }
  }
}
