import Glibc
import SlipwaySystem
import SystemPackage
import Testing

/// What a crash leaves behind, beside connections.
@Suite(.timeLimit(.minutes(5)))
struct CrashAreaTests {
  @Test func theEndOfWhatWasPrintedIsKept() throws {
    let area = try CrashArea(generation: 3)
    defer { area.close() }
    #expect(area.printed.isEmpty)
    area.note(printed: Array("one\n".utf8))
    area.note(printed: Array("two\n".utf8))
    #expect(String(decoding: area.printed, as: UTF8.self) == "one\ntwo\n")
    for number in 0..<20_000 { area.note(printed: Array("line \(number)\n".utf8)) }
    let text = String(decoding: area.printed, as: UTF8.self)
    #expect(text.utf8.count == 64 * 1024)
    #expect(text.hasSuffix("line 19998\nline 19999\n"))
  }

  @Test func itIsReadFromItsDescriptor() throws {
    let area = try CrashArea(generation: 3)
    area.setLoading(2, true)
    area.note(session: 77)
    area.note(session: 78)
    area.forget(session: 77)
    let again = try #require(CrashArea(inheriting: area.descriptor.duplicated().release()))
    #expect(again.generation == 3)
    #expect(again.isLoading(2))
    #expect(!again.isLoading(1))
    #expect(again.sessions == [78])
    #expect(again.crashes.isEmpty)
    area.setLoading(2, false)
    #expect(!again.isLoading(2))
    again.close()
    area.close()
  }

  @Test func anotherFileIsNoArea() throws {
    let file = try FileDescriptor.open("/dev/zero", .readOnly)
    #expect(CrashArea(inheriting: file) == nil)
  }

  // In a process of its own: this one may have more threads than are asked.
  @Test func threadsSayWhereTheyAre() async {
    await #expect(processExitsWith: .success) {
      let started = Inbox<Void>()
      let never = Inbox<Void>()
      try NamedThread.detach("waits here") {
        started.send(())
        _ = never.receive()
      }
      _ = started.receive()
      let threads = CrashGuard.sampleThreads(within: .seconds(2))
      let thread = try #require(threads.first { $0.threadName == "waits here" })
      exit(thread.kind == .sample && thread.frames.count > 2 ? 0 : 1)
    }
  }
}
