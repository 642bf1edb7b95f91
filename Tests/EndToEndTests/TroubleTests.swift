import Glibc
import SlipwayTestSupport
import Testing

/// What goes wrong around the server: it says so, lives on, and heals when the cause is mended.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct TroubleTests {
  @Test func aKilledCompilerIsSaidAndHealsWithoutASave() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let compilers = ProcessInspection.descendants(of: served.server.pid, running: "text.c")
      #expect(!compilers.isEmpty)
      for compiler in compilers { kill(compiler, SIGKILL) }
      _ = consume build
      let failed = try served.server.event("build-failed")
      #expect(failed["failure"]?["message"]?.text?.isEmpty == false)
      // The next requests try again: what the source includes is a file now.
      unlink(served.project.path + "/.slipway/hold.fifo")
      try served.project.directory.write(
        served.project.source(of: "healed"),
        to: ".slipway/hold.fifo"
      )
      try served.untilHealed("healed")
    }
  }

  @Test(.enabled(if: Privileges.canMount, "needs to mount a file system"))
  func aFullDiskIsSaidAndHealsWhenThereIsRoom() throws {
    try withServedProject { served in
      let place = served.project.path + "/.slipway/generations"
      mkdir(place, 0o700)
      try #require(mount("tmpfs", place, "tmpfs", 0, "size=64k") == 0)
      defer { umount2(place, Int32(MNT_DETACH)) }
      let fill = open(place + "/fill", O_WRONLY | O_CREAT, 0o600)
      let bytes = [UInt8](repeating: 1, count: 60_000)
      while write(fill, bytes, bytes.count) > 0 {}
      close(fill)
      try served.project.save(text: "no-room")
      let full = try served.get()
      #expect(full.status == 500)
      #expect(full.text.contains("No space left"))
      unlink(place + "/fill")
      try served.untilHealed("no-room")
      try served.project.save(text: "room")
      #expect(try served.get().text == "room")
    }
  }

  @Test func aDeletedSourceDirectoryIsAPageAndHeals() throws {
    try withServedProject { served in
      let app = try read(served.project.path + "/Sources/App/app.c")
      try served.project.directory.remove("Sources")
      let broken = try served.get()
      #expect(broken.status == 500)
      try served.project.save("extern const char *const text;\n", to: "Sources/App/include/text.h")
      try served.project.save(app, to: "Sources/App/app.c")
      try served.project.save(text: "restored")
      #expect(try served.get().text == "restored")
      try served.project.save(text: "again")
      #expect(try served.get().text == "again")
    }
  }

  @Test func aServedDirectoryThatIsMovedAwayAndBackIsServedAgain() throws {
    try withServedProject { served in
      let away = served.project.path + ".away"
      try #require(rename(served.project.path, away) == 0)
      let gone = Concurrent { [port = served.port] in
        let client = try RawClient(port: port)
        try client.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
        return try client.response().status
      }
      let status = try? gone.value()
      try #require(rename(away, served.project.path) == 0)
      // Held, or answered with what is wrong: never closed without a word.
      #expect(status != nil)
      try served.project.save(text: "back")
      try served.untilHealed("back")
      #expect(served.server.isRunning)
      try served.project.save(text: "once more")
      #expect(try served.get().text == "once more")
    }
  }

  @Test func sourcesThatCannotBeReadAreAPageAndHeal() throws {
    try withServedProject { served in
      // The superuser reads everything; a directory in place of a file is unreadable for all.
      let file = served.project.textFile
      try served.project.directory.move(file, to: "text.c.kept")
      try served.project.directory.makeDirectory(file)
      #expect(try served.get().status == 500)
      try served.project.directory.remove(file)
      try served.project.directory.move("text.c.kept", to: file)
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func anEmptyStateDirectoryIsMadeAgain() throws {
    try withServedProject { served in
      try served.project.directory.remove(".slipway")
      try served.project.save(text: "without")
      #expect(try served.get().text == "without")
    }
  }

  @Test func aBuildFolderThatIsDeletedIsBuiltAgain() throws {
    try withServedProject { served in
      try served.project.directory.remove(".build")
      try served.project.save(text: "anew")
      #expect(try served.get().text == "anew")
    }
  }
}

extension ServedProject {
  /// Asks until the answer is `text`. What heals without a save is tried again once a second.
  func untilHealed(_ text: String) throws {
    for _ in 0..<ServerProcess.patience * 5 {
      if try get().text == text { return }
      usleep(200_000)
    }
    throw ServerProcess.Failure(description: "not healed: \(try get().text)\n\(server.tail)")
  }
}
