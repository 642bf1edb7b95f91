import Dispatch
import FoundationEssentials
import Glibc
import Logging
import SlipwaySystem
import SlipwayTestSupport
import SlipwayWatch
import Synchronization
import SystemPackage
import Testing

/// Real files, real inotify. Serialised, because libinotifytools is process-global.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct WatchTests {}

extension WatchTests {
  @Suite struct FileWatcherTests {
    @Test func reportsASaveInPlaceAsModified() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a.swift")
        try withWatcher(of: directory) { _, reports in
          try directory.write("2", to: "a.swift")
          #expect(reports.wait(for: .modified, directory.path("a.swift")))
        }
      }
    }

    @Test func reportsAnAtomicSaveAsOneModification() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a.swift")
        try withWatcher(of: directory) { _, reports in
          try directory.save("2", to: "a.swift")
          #expect(reports.wait { $0.hasSettledAfterTouch })
          #expect(reports.changes == [Change(path: directory.path("a.swift"), kind: .modified)])
          #expect(reports.touchedCount == 1)
        }
      }
    }

    @Test(arguments: [true, false])
    func tellsOfASaveBeforeTheBurstIsOverAndThatNothingMoreCame(inPlace: Bool) throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "file")
        // Longer than the test: what is told is told before.
        try withWatcher(of: directory, configure: { $0.quiet = .seconds(2) }) { watcher, reports in
          try inPlace ? directory.write("2", to: "file") : directory.save("2", to: "file")
          let change = Change(path: directory.path("file"), kind: .modified)
          #expect(reports.wait { !$0.saved.isEmpty })
          #expect(reports.saved == [[change]] && reports.settled.isEmpty)
          #expect(watcher.isUncertain)
          #expect(reports.wait { !$0.settled.isEmpty })
          #expect(reports.settled == [[change]] && reports.settledAsSaved == [true])
        }
      }
    }

    @Test(arguments: ["1", "3"])
    func tellsThatMoreCameOfASave(later text: String) throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "file")
        try withWatcher(of: directory, configure: { $0.quiet = .seconds(1) }) { _, reports in
          try directory.write("2", to: "file")
          #expect(reports.wait { !$0.saved.isEmpty })
          try directory.write(text, to: "file")
          #expect(reports.wait { !$0.settled.isEmpty })
          #expect(reports.saved.count == 1 && reports.settledAsSaved == [false])
          #expect(reports.changes.isEmpty == (text == "1"))
        }
      }
    }

    @Test func tellsOfNoFileThatIsBeingWrittenNorOfADeletedOne() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "deleted")
        try withWatcher(of: directory, configure: { $0.quiet = .milliseconds(200) }) { _, reports in
          try directory.remove("deleted")
          #expect(reports.wait(for: .deleted, directory.path("deleted")))
          let file = open(directory.path("written"), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
          #expect(reports.wait(for: .created, directory.path("written")))
          #expect(reports.saved.isEmpty)
          close(file)
        }
      }
    }

    /// Who is to close it later has it whole, and it holds nothing back.
    @Test func aDuplicateOfTheQueueOutlivesTheWatcher() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a.swift")
        var number: Int32?
        try withWatcher(of: directory) { watcher, _ in
          number = watcher.duplicateOfQueue()?.release().rawValue
        }
        let duplicate = OwnedDescriptor(FileDescriptor(rawValue: try #require(number)))
        let target = try FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/\(duplicate.descriptor.rawValue)"
        )
        #expect(target == "anon_inode:inotify")
        #expect(fcntl(duplicate.descriptor.rawValue, F_GETFD) & FD_CLOEXEC != 0)
        try withWatcher(of: directory) { _, reports in
          try directory.write("3", to: "a.swift")
          #expect(reports.wait(for: .modified, directory.path("a.swift")))
        }
      }
    }

    @Test func reportsCreationAndDeletion() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { _, reports in
          try directory.write("1", to: "a.swift")
          #expect(reports.wait(for: .created, directory.path("a.swift")))
          try directory.remove("a.swift")
          #expect(reports.wait(for: .deleted, directory.path("a.swift")))
        }
      }
    }

    @Test func reportsNothingChangedAfterASaveOfTheSameText() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a.swift")
        try withWatcher(of: directory) { _, reports in
          try directory.save("1", to: "a.swift")
          #expect(reports.wait { $0.hasSettledAfterTouch })
          #expect(reports.changes.isEmpty)
        }
      }
    }

    @Test func reportsARestoredOlderFile() throws {
      try withScratchDirectory { directory in
        try directory.write("old", to: "old.swift")
        try directory.write("new", to: "a.swift")
        try withWatcher(of: directory) { _, reports in
          try directory.move("old.swift", to: "a.swift")
          #expect(reports.wait(for: .modified, directory.path("a.swift")))
        }
      }
    }

    @Test func reportsNothingChangedWhenABurstTakesItselfBack() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a.swift")
        let patience = { (configuration: inout WatchConfiguration) in
          configuration.quiet = .milliseconds(200)
        }
        try withWatcher(of: directory, configure: patience) { _, reports in
          try directory.write("2", to: "a.swift")
          try directory.write("1", to: "a.swift")
          try directory.write("x", to: "b.swift")
          try directory.remove("b.swift")
          #expect(reports.wait { !$0.settled.isEmpty })
          #expect(reports.settled == [[]])
        }
      }
    }

    @Test func neverMissesAFileInANewDirectory() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { _, reports in
          for round in 1...200 {
            try directory.write("1", to: "n\(round)/a/b/c/file")
            #expect(reports.wait(for: .created, directory.path("n\(round)/a/b/c/file")))
            reports.clear()
          }
        }
      }
    }

    @Test func reportsDirectoriesThatAreRenamedInAndOut() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "outside/sub/a.swift")
        try directory.makeDirectory("tree")
        let root = WatchRoot(directory: directory.path("tree"), reason: "test")
        try withWatcher(of: directory, configure: { $0.roots = [root] }) { _, reports in
          try directory.move("outside", to: "tree/in")
          #expect(reports.wait(for: .created, directory.path("tree/in/sub/a.swift")))
          try directory.move("tree/in", to: "tree/renamed")
          #expect(reports.wait(for: .deleted, directory.path("tree/in/sub/a.swift")))
          #expect(reports.wait(for: .created, directory.path("tree/renamed/sub/a.swift")))
          try directory.write("2", to: "tree/renamed/sub/a.swift")
          #expect(reports.wait(for: .modified, directory.path("tree/renamed/sub/a.swift")))
          try directory.move("tree/renamed", to: "outside")
          #expect(reports.wait(for: .deleted, directory.path("tree/renamed/sub/a.swift")))
          // Nothing is reported of a directory that has left the tree.
          reports.clear()
          try directory.write("3", to: "outside/sub/a.swift")
          try directory.write("1", to: "tree/last")
          #expect(reports.wait(for: .created, directory.path("tree/last")))
          #expect(reports.changes.count == 1)
        }
      }
    }

    @Test func watchesDirectoriesThatWereExchanged() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a/file")
        try directory.write("2", to: "b/file")
        try withWatcher(of: directory) { _, reports in
          try directory.move("a", to: "t")
          try directory.move("b", to: "a")
          try directory.move("t", to: "b")
          #expect(reports.wait(for: .modified, directory.path("a/file")))
          reports.clear()
          try directory.write("3", to: "a/file")
          #expect(reports.wait(for: .modified, directory.path("a/file")))
          try directory.write("4", to: "b/file")
          #expect(reports.wait(for: .modified, directory.path("b/file")))
        }
      }
    }

    @Test(arguments: [
      ".build/a.swift", ".build-release/a", ".git/HEAD", ".slipway/x", "node_modules/m/i.js",
      "__pycache__/a.pyc", ".a.swift.swp", "4913", "a.swift~", ".#a.swift", "#a.swift#",
      "a.swift___jb_tmp___", "a.swift___jb_old___", ".goutputstream-AB12", "venv/lib/a.py",
    ])
    func ignores(name: String) throws {
      try withScratchDirectory(named: "ignores") { directory in
        try directory.write("", to: "venv/pyvenv.cfg")
        try directory.write("0", to: name)
        try withWatcher(of: directory) { _, reports in
          try directory.write("1", to: name)
          try directory.write("1", to: "marker")
          #expect(reports.wait(for: .created, directory.path("marker")))
          #expect(reports.changes.count == 1)
        }
      }
    }

    @Test func endsUncertaintyAboutAnIgnoredFileWithAnEmptyReport() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { watcher, reports in
          try directory.write("1", to: "a.swift~")
          #expect(reports.wait { !$0.settled.isEmpty })
          #expect(reports.changes.isEmpty)
          #expect(reports.touchedCount == 0)
        }
      }
    }

    @Test func honoursGitignoreAndItsChanges() throws {
      try withScratchDirectory { directory in
        try directory.write("*.log\n!keep.log\n/out/\n", to: ".gitignore")
        try directory.write("secret\n", to: "sub/.gitignore")
        try directory.write("1", to: "out/a")
        try withWatcher(of: directory) { _, reports in
          for name in ["a.log", "sub/b.log", "out/a", "sub/secret", "keep.log"] {
            try directory.write("2", to: name)
          }
          #expect(reports.wait(for: .created, directory.path("keep.log")))
          #expect(reports.changes.map(\.path) == [directory.path("keep.log")])
          reports.clear()

          try directory.write("*.log\n", to: ".gitignore")
          #expect(reports.wait(for: .created, directory.path("out/a")))
          // `keep.log` has become ignored, which is no deletion.
          #expect(!reports.changes.contains { $0.path == directory.path("keep.log") })
          try directory.write("3", to: "out/a")
          #expect(reports.wait(for: .modified, directory.path("out/a")))
        }
      }
    }

    @Test func watchesARootThatGitIgnores() throws {
      try withScratchDirectory { directory in
        try directory.makeDirectory(".git")
        try directory.write("public\n*.map\n", to: ".gitignore")
        try directory.write("1", to: "public/a.css")
        let root = WatchRoot(directory: directory.path("public"), reason: "files of mount /")
        try withWatcher(of: directory, configure: { $0.roots.append(root) }) { _, reports in
          try directory.write("2", to: "public/a.map")
          try directory.write("2", to: "public/a.css")
          #expect(reports.wait(for: .modified, directory.path("public/a.css")))
          #expect(reports.changes.count == 1)
        }
      }
    }

    @Test func configurationWinsOverGitignore() throws {
      try withScratchDirectory { directory in
        try directory.write("dist\n", to: ".gitignore")
        try directory.write("1", to: "dist/a.css")
        let change = { (configuration: inout WatchConfiguration) in
          configuration.ignore = ["!dist", "*.tmp"]
        }
        try withWatcher(of: directory, configure: change) { _, reports in
          try directory.write("2", to: "dist/a.tmp")
          try directory.write("2", to: "dist/a.css")
          #expect(reports.wait(for: .modified, directory.path("dist/a.css")))
          #expect(reports.changes.count == 1)
        }
      }
    }

    @Test func watchesASingleFileThroughItsDirectory() throws {
      try withScratchDirectory { directory in
        let file = WatchRoot(file: directory.path("slipway.yaml"), reason: "configuration")
        try withWatcher(of: directory, configure: { $0.roots = [file] }) { _, reports in
          try directory.write("1", to: "other")
          try directory.save("1", to: "slipway.yaml")
          #expect(reports.wait(for: .created, file.path))
          try directory.save("2", to: "slipway.yaml")
          #expect(reports.wait(for: .modified, file.path))
          try directory.remove("slipway.yaml")
          #expect(reports.wait(for: .deleted, file.path))
          #expect(reports.changes.count == 3)
        }
      }
    }

    @Test func healsWhenARootIsDeletedAndMadeAgain() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a/root/file")
        let root = WatchRoot(directory: directory.path("a/root"), reason: "test")
        try withWatcher(of: directory, configure: { $0.roots = [root] }) { _, reports in
          for round in 1...20 {
            try directory.remove("a")
            #expect(reports.wait(for: .deleted, root.path + "/file"))
            #expect(reports.wait { $0.problems.map(\.code) == [.rootMissing] })
            try directory.write("\(round)", to: "a/root/file")
            #expect(reports.wait(for: .created, root.path + "/file"))
            try directory.write("again", to: "a/root/file")
            #expect(reports.wait(for: .modified, root.path + "/file"))
            reports.clear()
          }
        }
      }
    }

    @Test func waitsForARootThatDoesNotExist() throws {
      try withScratchDirectory { directory in
        let root = WatchRoot(directory: directory.path("x/y/z"), reason: "test")
        try withWatcher(of: directory, configure: { $0.roots = [root] }) { _, reports in
          try directory.write("1", to: "x/y/z/file")
          #expect(reports.wait(for: .created, root.path + "/file"))
        }
      }
    }

    @Test func noticesThatARootWasReplaced() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "root/file")
        try directory.write("2", to: "other/file")
        let root = WatchRoot(directory: directory.path("root"), reason: "test")
        try withWatcher(of: directory, configure: { $0.roots = [root] }) { _, reports in
          try directory.move("root", to: "away")
          try directory.move("other", to: "root")
          #expect(reports.wait(for: .modified, root.path + "/file"))
          try directory.write("3", to: "root/file")
          #expect(reports.wait { $0.changes.count >= 2 })
        }
      }
    }

    @Test func followsASymbolicLinkAsRootAndItsChange() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "v1/file")
        try directory.write("2", to: "v2/file")
        try directory.link("current", to: "v1")
        let root = WatchRoot(directory: directory.path("current"), reason: "test")
        try withWatcher(of: directory, configure: { $0.roots = [root] }) { _, reports in
          try directory.link("next", to: "v2")
          try directory.move("next", to: "current")
          #expect(reports.wait(for: .modified, root.path + "/file"))
          reports.clear()
          try directory.write("3", to: "v2/file")
          #expect(reports.wait(for: .modified, root.path + "/file"))
        }
      }
    }

    @Test func followsSymbolicLinksToDirectoriesButNoLoops() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "outside/file")
        try directory.write("1", to: "tree/sub/file")
        try directory.link("tree/linked", to: "../outside")
        try directory.link("tree/sub/loop", to: "..")
        try directory.link("outside/loop", to: "../outside")
        let root = WatchRoot(directory: directory.path("tree"), reason: "test")
        try withWatcher(of: directory, configure: { $0.roots = [root] }) { watcher, reports in
          #expect(watcher.statistics == (directories: 3, files: 2))
          try directory.write("2", to: "outside/file")
          #expect(reports.wait(for: .modified, directory.path("tree/linked/file")))
        }
      }
    }

    @Test func deliversWhatChangedSinceThePreviousGeneration() throws {
      try withScratchDirectory { directory in
        for name in ["same", "changed", "gone", "touched"] { try directory.write("1", to: name) }
        var snapshot: TreeSnapshot?
        try withWatcher(of: directory) { watcher, _ in snapshot = watcher.snapshot() }
        try directory.write("2", to: "changed")
        try directory.save("1", to: "touched")
        try directory.write("1", to: "new/file")
        try directory.remove("gone")
        let handed = try #require(snapshot.flatMap { TreeSnapshot(decoding: $0.encoded()) })
        try withWatcher(of: directory, previous: handed) { watcher, reports in
          #expect(
            reports.settled == [
              [
                Change(path: directory.path("changed"), kind: .modified),
                Change(path: directory.path("gone"), kind: .deleted),
                Change(path: directory.path("new/file"), kind: .created),
              ]
            ]
          )
          #expect(!watcher.isUncertain)
        }
      }
    }

    /// Whoever restarts while a change is being reported has not heard of it.
    @Test func aChangeIsNoPartOfTheSnapshotBeforeItsReportHasReturned() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "file")
        let seen = Mutex<[(snapshot: TreeSnapshot, fingerprint: UInt64)]>([])
        let watcher = Mutex<FileWatcher?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        let look = { @Sendable in
          guard let watcher = watcher.withLock({ $0 }) else { return }
          seen.withLock {
            $0.append((watcher.snapshot(), watcher.fingerprint(of: [directory.path])))
          }
        }
        let configuration = WatchConfiguration(
          roots: [WatchRoot(directory: directory.path, reason: "test")]
        )
        let new = FileWatcher(
          configuration,
          previous: nil,
          logger: Logger(label: "test"),
          report: { report in
            switch report {
            case .settled: look()
            case .certain:
              look()
              isDone.signal()
            default: break
            }
          }
        )
        try new.start()
        defer {
          new.stop()
          watcher.withLock { $0 = nil }
        }
        watcher.withLock { $0 = new }
        look()
        try directory.write("2", to: "file")
        try #require(isDone.wait(timeout: .now() + .seconds(120)) == .success)
        let states = seen.withLock { $0 }
        try #require(states.count == 3)
        #expect(states[0].snapshot == states[1].snapshot)
        #expect(states[0].fingerprint != states[1].fingerprint)
        #expect(states[1].snapshot != states[2].snapshot)
        #expect(states[1].fingerprint == states[2].fingerprint)
      }
    }

    @Test func aNewRootOfTheNextGenerationBeginsAsItIs() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a/file")
        try directory.write("1", to: "b/file")
        let roots = ["a", "b"].map { WatchRoot(directory: directory.path($0), reason: "test") }
        var snapshot: TreeSnapshot?
        try withWatcher(of: directory, configure: { $0.roots = [roots[0]] }) { watcher, _ in
          snapshot = watcher.snapshot()
        }
        try withWatcher(of: directory, configure: { $0.roots = roots }, previous: snapshot) {
          #expect($1.settled == [[]])
          try directory.write("2", to: "b/file")
          #expect($1.wait(for: .modified, directory.path("b/file")))
        }
      }
    }

    @Test func pollsWhereEventsCannotBeHad() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "sub/a")
        let polling = { (configuration: inout WatchConfiguration) in
          configuration.usesEvents = false
          configuration.pollInterval = .milliseconds(20)
        }
        try withWatcher(of: directory, configure: polling) { watcher, reports in
          try directory.save("2", to: "sub/a")
          #expect(reports.wait(for: .modified, directory.path("sub/a")))
          try directory.write("1", to: "new/deep/b")
          #expect(reports.wait(for: .created, directory.path("new/deep/b")))
          try directory.remove("sub")
          #expect(reports.wait(for: .deleted, directory.path("sub/a")))
          #expect(watcher.watched.contains { $0.reason.contains("polled") })
        }
      }
    }

    @Test func waitsForGitToReleaseItsLock() throws {
      try withScratchDirectory { directory in
        try directory.makeDirectory(".git")
        try withWatcher(of: directory) { _, reports in
          try directory.write("", to: ".git/index.lock")
          for number in 1...500 {
            try directory.write("1", to: "d\(number % 50)/f\(number)")
          }
          try directory.remove(".git/index.lock")
          #expect(reports.wait { $0.changes.count == 500 })
          #expect(reports.settled.count { !$0.isEmpty } == 1)
          #expect(reports.touchedCount == 1)
        }
      }
    }

    @Test func leavesAVirtualEnvironmentAloneThatIsMadeMeanwhile() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { watcher, reports in
          try directory.write("1", to: "env/lib/a.py")
          #expect(reports.wait(for: .created, directory.path("env/lib/a.py")))
          reports.clear()
          try directory.write("home = /usr/bin", to: "env/pyvenv.cfg")
          #expect(reports.wait { $0.hasSettledAfterTouch })
          #expect(reports.changes.isEmpty)
          #expect(watcher.statistics == (directories: 1, files: 0))
        }
      }
    }

    @Test func aFileThatBecomesADirectoryIsDeletedAndBack() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "x")
        try withWatcher(of: directory) { _, reports in
          try directory.remove("x")
          try directory.write("1", to: "x/y")
          #expect(reports.wait(for: .deleted, directory.path("x")))
          #expect(reports.wait(for: .created, directory.path("x/y")))
          try directory.remove("x")
          try directory.write("1", to: "x")
          #expect(reports.wait(for: .deleted, directory.path("x/y")))
          #expect(reports.wait(for: .created, directory.path("x")))
        }
      }
    }

    @Test func comparesEverythingWhenTheQueueOverflows() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "kept/file")
        let reports = ReportCollector()
        let isWritten = DispatchSemaphore(value: 0)
        let watcher = FileWatcher(
          WatchConfiguration(roots: [WatchRoot(directory: directory.path, reason: "test")]),
          previous: nil,
          logger: Logger(label: "test")
        ) { report in
          reports.receive(report)
          // The watch thread stands still until the queue has overflowed.
          if case .touched(let path) = report, path.hasSuffix("first") { isWritten.wait() }
        }
        try watcher.start()
        defer { watcher.stop() }
        try directory.write("1", to: "first")
        #expect(reports.wait { $0.touchedCount == 1 })
        // Creation and end of writing are an event each: more than max_queued_events holds.
        for number in 1...10_000 { try directory.write("1", to: "f\(number)") }
        try directory.write("2", to: "kept/file")
        isWritten.signal()
        #expect(reports.wait(for: .modified, directory.path("kept/file")))
        #expect(reports.problems.map(\.code) == [.queueOverflow])
        #expect(Set(reports.changes).count == 10_002)
        // The new watches work.
        reports.clear()
        try directory.write("3", to: "kept/file")
        #expect(reports.wait(for: .modified, directory.path("kept/file")))
      }
    }

    @Test func reportsAGitCheckoutAsOneChangeSet() throws {
      try withScratchDirectory { directory in
        try directory.makeDirectory("repository")
        let git = { (arguments: String) in
          let prefix =
            "git -C \(directory.path("repository")) -c user.name=t -c user.email=t@t -c gc.auto=0"
          try #require(runShell("\(prefix) \(arguments)") == 0)
        }
        try git("init -q -b main")
        try git("commit -q --allow-empty -m empty")
        try git("checkout -q -b full")
        for number in 1...2000 {
          try directory.write("\(number)", to: "repository/d\(number % 40)/f\(number)")
        }
        try git("add .")
        try git("commit -q -m full")
        try git("checkout -q main")
        try withWatcher(of: directory) { _, reports in
          for (branch, kind) in [("full", Change.Kind.created), ("main", .deleted)] {
            try git("checkout -q \(branch)")
            #expect(reports.wait { $0.changes.count == 2000 })
            #expect(reports.settled.count { !$0.isEmpty } == 1)
            #expect(reports.changes.allSatisfy { $0.kind == kind })
            reports.clear()
          }
        }
      }
    }

    @Test(.slow) func survivesThousandsOfDirectoriesThatComeAndGo() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { _, reports in
          // More than the library's table may hold of what no longer exists.
          for number in 1...4200 { try directory.write("1", to: "d/\(number)/file") }
          // A file may be reported twice: with the content it had in between, and with its last.
          #expect(reports.wait { Set($0.changes.map(\.path)).count == 4200 })
          try directory.remove("d")
          #expect(reports.wait { $0.changes.count { $0.kind == .deleted } == 4200 })
          reports.clear()
          try directory.write("1", to: "d/1/file")
          #expect(reports.wait(for: .created, directory.path("d/1/file")))
          try directory.write("2", to: "d/1/file")
          #expect(reports.wait(for: .modified, directory.path("d/1/file")))
        }
      }
    }

    @Test func aDirectoryInThePlaceOfASingleFileIsNotWatched() throws {
      try withScratchDirectory { directory in
        let file = WatchRoot(file: directory.path("slipway.yaml"), reason: "configuration")
        try directory.write("1", to: "slipway.yaml/x")
        try withWatcher(of: directory, configure: { $0.roots = [file] }) { watcher, reports in
          #expect(watcher.statistics == (directories: 0, files: 0))
          try directory.remove("slipway.yaml")
          try directory.write("1", to: "slipway.yaml")
          #expect(reports.wait(for: .created, file.path))
        }
      }
    }

    // The superuser can read everything.
    @Test(.enabled(if: getuid() != 0)) func healsAnUnreadableDirectory() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "closed/file")
        chmod(directory.path("closed"), 0)
        let quickly = { (configuration: inout WatchConfiguration) in
          configuration.pollInterval = .milliseconds(20)
        }
        try withWatcher(of: directory, configure: quickly) { watcher, reports in
          #expect(watcher.watched.contains { $0.reason == "test (polled: unreadable)" })
          chmod(directory.path("closed"), 0o755)
          #expect(reports.wait(for: .created, directory.path("closed/file")))
          #expect(!watcher.watched.contains { $0.reason.contains("polled") })
          try directory.write("2", to: "closed/file")
          #expect(reports.wait(for: .modified, directory.path("closed/file")))
        }
      }
    }

    @Test func aSecondWatcherIsRefused() throws {
      try withScratchDirectory { directory in
        try withWatcher(of: directory) { _, _ in
          let error = #expect(throws: WatchError.self) {
            try withWatcher(of: directory) { _, _ in }
          }
          #expect(error?.code == .alreadyWatching)
        }
        // And possible again when the first has been stopped.
        try withWatcher(of: directory) { _, _ in }
      }
    }

    @Test func saysWhatItWatchesAndWhy() throws {
      try withScratchDirectory { directory in
        try directory.write("1", to: "a/file")
        try withWatcher(of: directory) { watcher, _ in
          #expect(watcher.watched.map(\.path) == [directory.path, directory.path("a")])
          #expect(watcher.watched.allSatisfy { $0.reason == "test" })
          #expect(watcher.statistics == (directories: 2, files: 1))
        }
      }
    }
  }
}
