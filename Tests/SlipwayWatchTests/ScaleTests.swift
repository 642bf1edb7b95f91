import Glibc
import SlipwayTestSupport
import SlipwayWatch
import Testing

extension WatchTests {
  @Suite(.slow) struct ScaleTests {
    static func makeTree(in directory: ScratchDirectory) throws {
      let text = String(repeating: "let answer = 42\n", count: 128)
      for number in 0..<10_000 {
        try directory.write("\(text)\(number)", to: "m\(number % 10)/d\(number % 1000)/f\(number)")
      }
    }

    @Test func watchesTenThousandFilesAndSleeps() throws {
      try withScratchDirectory { directory in
        try Self.makeTree(in: directory)
        let clock = ContinuousClock()
        let began = clock.now
        var snapshot: TreeSnapshot?
        try withWatcher(of: directory) { watcher, reports in
          print(
            "10,000 files in 1,000 directories: watching after \(began.duration(to: clock.now))"
          )
          #expect(watcher.statistics == (directories: 1011, files: 10_000))
          let taken = watcher.snapshot()
          let bytes = taken.encoded()
          #expect(bytes.count < 2 << 20)
          let decoding = clock.now
          #expect(TreeSnapshot(decoding: bytes) == taken)
          print("snapshot: \(bytes.count) bytes, decoded in \(decoding.duration(to: clock.now))")
          snapshot = taken

          // Asleep: between two saves the thread is woken by nothing.
          try directory.write("1", to: "m0/d0/f0")
          #expect(reports.wait { $0.hasSettledAfterTouch })
          while watcher.isUncertain { sched_yield() }
          let thread = try #require(Self.watchThread())
          let before = try #require(Self.switches(of: thread))
          usleep(300_000)
          #expect(try #require(Self.switches(of: thread)) == before)
        }
        let again = clock.now
        try withWatcher(of: directory, previous: snapshot) { _, reports in
          print("with a snapshot: after \(again.duration(to: clock.now))")
          #expect(reports.changes.map(\.path) == [directory.path("m0/d0/f0")])
        }
      }
    }

    /// The thread's directory in /proc.
    static func watchThread() -> String? {
      guard let stream = opendir("/proc/self/task") else { return nil }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if text("/proc/self/task/\(name)/comm") == "slipway-watch\n" {
          return "/proc/self/task/\(name)"
        }
      }
      return nil
    }

    static func switches(of thread: String) -> [Substring]? {
      text("\(thread)/status")?.split(separator: "\n").filter { $0.contains("ctxt_switches") }
    }

    static func text(_ path: String) -> String? {
      guard let file = fopen(path, "r") else { return nil }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 8192)
      let count = fread(&bytes, 1, bytes.count, file)
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
}
