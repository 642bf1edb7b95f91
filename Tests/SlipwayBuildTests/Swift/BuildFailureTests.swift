import Foundation
import Logging
import SlipwayBuild
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct BuildFailureTests {
  @Test func saysThatThereIsNoSwift() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let toolchain = Toolchain(environment: ["PATH": "\(directory):relative:/no/such"])
      let swift = SwiftBuild(toolchain: toolchain, logger: Logger(label: "test"))
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      guard case .failed(let failure) = try await swift.build(request, progress: { _ in }) else {
        Issue.record("it built without a compiler")
        return
      }
      #expect(failure.reason == .toolMissing)
      #expect(failure.stableCode == "SW080")
      #expect(failure.remedy.contains("PATH"))
    }
  }

  @Test func doesNotBuildThePackageInTheDirectoryAbove() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let swift = SwiftBuild(logger: Logger(label: "test"))
      let request = BuildRequest(packageDirectory: "\(directory)/Sources", product: "Lib")
      guard case .failed(let failure) = try await swift.build(request, progress: { _ in }) else {
        Issue.record("it built another package")
        return
      }
      #expect(failure.reason == .manifest)
      #expect(failure.diagnostics.first?.message.contains("\(directory)/Sources") == true)
    }
  }

  /// A `swift` that ends in ways a real one can hardly be made to.
  @Test(arguments: [
    ("echo 'No space left on device'; exit 1", BuildFailure.Reason.diskFull, "SW085"),
    ("kill -9 $$", .terminated(signal: 9), "SW083"),
    (
      "echo 'error: compile command failed due to signal 9 (use -v)'; exit 1",
      .terminated(signal: 9), "SW083"
    ),
    ("exit 5", .exited(code: 5), "SW084"),
    ("exit 0", .productMissing, "SW087"),
  ])
  func tellsFailuresApart(script: String, reason: BuildFailure.Reason, code: String) async throws {
    try await withScratch(files: tinyPackage) { directory in
      let swift = SwiftBuild(
        toolchain: try fakeToolchain(script, in: directory),
        logger: Logger(label: "test")
      )
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      guard case .failed(let failure) = try await swift.build(request, progress: { _ in }) else {
        Issue.record("it succeeded")
        return
      }
      #expect(failure.reason == reason)
      #expect(failure.stableCode == code)
      #expect(failure.diagnostics.isEmpty == (reason == .productMissing))
    }
  }

  @Test func keepsWhatIsOursFromTheCompiler() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let toolchain = try fakeToolchain(
        "env >&2; exit 1",
        in: directory,
        environment: ["SLIPWAY_LISTEN": "x", "LISTEN_FDS": "1", "LISTEN_PID": "2", "THEIRS": "y"]
      )
      let swift = SwiftBuild(toolchain: toolchain, logger: Logger(label: "test"))
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      guard case .failed(let failure) = try await swift.build(request, progress: { _ in }) else {
        Issue.record("it succeeded")
        return
      }
      #expect(failure.output.contains("THEIRS=y"))
      #expect(!failure.output.contains("SLIPWAY_"))
      #expect(!failure.output.contains("LISTEN_"))
    }
  }

  /// SwiftPM does not end the line before it has waited.
  @Test func saysThatItWaitsForAnotherSwiftPM() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let script = """
        printf 'Another instance of SwiftPM (PID: 1) is already running using /p/.build, ' >&2
        printf 'waiting until that process has finished execution...' >&2
        while [ ! -e \(directory)/go ]; do sleep 0.01; done
        exit 1
        """
      let swift = SwiftBuild(
        toolchain: try fakeToolchain(script, in: directory),
        logger: Logger(label: "test")
      )
      let steps = Mutex<[BuildProgress]>([])
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      _ = try await swift.build(request) { step in
        steps.withLock { $0.append(step) }
        _ = FileManager.default.createFile(atPath: "\(directory)/go", contents: nil)
      }
      #expect(steps.withLock { $0 } == [.waiting])
    }
  }
}
