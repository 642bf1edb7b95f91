import Glibc
import Logging
import SlipwayTestSupport
import SlipwayWatch
import Synchronization
import Testing

extension WatchTests {
  /// No save goes unseen between its return and its report: see `WatchState.isUncertain`.
  @Suite struct CertaintyTests {
    /// Keeps the last text of the file that the reports can have meant.
    final class Gate: Sendable {
      private let path: String
      private let latest = Mutex(0)
      let settledCount = Atomic(0)

      init(path: String) {
        self.path = path
      }

      /// The highest number that was in the file when a report about it was delivered.
      var reported: Int { latest.withLock { $0 } }

      func receive(_ report: WatchReport) {
        switch report {
        case .touched, .saved, .certain: break
        case .problem(let problem): Issue.record("\(problem)")
        case .settled(let changes, _):
          if changes.contains(where: { $0.path == path }) {
            // Read after the watcher compared: it may be newer than what was compared, never older.
            // A newer text has an unread event of its own, so it cannot hide a miss.
            let number = Self.read(path)
            latest.withLock { $0 = max($0, number) }
          }
          settledCount.add(1, ordering: .relaxed)
        }
      }

      static func read(_ path: String) -> Int {
        var bytes = [UInt8](repeating: 0, count: 32)
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Int(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)) ?? 0
      }
    }

    @Test(arguments: [0, 1, 15])
    func aSaveThatHasReturnedIsUncertainOrReported(quietMilliseconds: Int) throws {
      try withScratchDirectory { directory in
        try directory.write("0", to: "file")
        let gate = Gate(path: directory.path("file"))
        var configuration = WatchConfiguration(
          roots: [WatchRoot(directory: directory.path, reason: "test")]
        )
        configuration.quiet = .milliseconds(quietMilliseconds)
        configuration.cap = .milliseconds(quietMilliseconds * 2)
        let watcher = FileWatcher(
          configuration,
          previous: nil,
          logger: Logger(label: "test"),
          report: gate.receive
        )
        try watcher.start()
        defer { watcher.stop() }
        var missed = 0
        for number in 1...2000 {
          if number.isMultiple(of: 2) {
            try directory.write("\(number)", to: "file")
          } else {
            try directory.save("\(number)", to: "file")
          }
          // Ask again and again: the race is between the questions and the watch thread.
          for _ in 0..<number % 40 where !watcher.isUncertain && gate.reported < number {
            missed += 1
          }
          if !watcher.isUncertain && gate.reported < number { missed += 1 }
        }
        #expect(missed == 0)
        #expect(gate.settledCount.load(ordering: .relaxed) > 1)
      }
    }

    @Test func becomesCertainAgain() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { watcher, reports in
          #expect(!watcher.isUncertain)
          for round in 1...50 {
            try directory.write("\(round)", to: "file")
            #expect(watcher.isUncertain)
            while watcher.isUncertain { sched_yield() }
            #expect(reports.hasSettledAfterTouch)
          }
        }
      }
    }

    @Test func isNeverUncertainUnlessRunning() throws {
      try withScratchDirectory { directory in
        var stopped: FileWatcher?
        try withWatcher(of: directory) { watcher, _ in stopped = watcher }
        try directory.write("1", to: "file")
        #expect(stopped?.isUncertain == false)
      }
    }
  }
}
