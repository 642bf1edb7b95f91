import Foundation
import Logging
import SlipwayBuild
import SlipwaySystem
import Synchronization
import Testing

/// Real builds of tiny packages, one after the other: a build takes about a second.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SlowBuildTests {
  private let swift: SwiftBuild
  private let toolchain: Toolchain

  init() {
    // SwiftPM leaves a lock file in TMPDIR for every scratch directory: there is one for them all.
    let locks = "\(FileManager.default.temporaryDirectory.path)/slipway-build-tests-locks"
    try? FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
    toolchain = Toolchain(
      environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": locks]) { $1 }
    )
    swift = SwiftBuild(toolchain: toolchain, logger: Logger(label: "test"))
  }

  @Test func buildsFailsAndHeals() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      let steps = Mutex<[BuildProgress]>([])
      let first = try await swift.build(request) { step in steps.withLock { $0.append(step) } }
      let success = try #require(first.success)
      #expect(FileManager.default.fileExists(atPath: success.libraryPath))
      #expect(success.diagnostics.isEmpty)
      #expect(steps.withLock { $0 }.contains { $0.message.hasPrefix("Compiling Lib") })

      let source = "\(directory)/Sources/Lib/Lib.swift"
      try write("public func answer() -> Int { \"42\" }\n", to: source)
      let failure = try #require(try await swift.build(request) { _ in }.failure)
      #expect(failure.reason == .diagnostics)
      let error = try #require(failure.diagnostics.first)
      #expect(error.file == source)
      #expect(error.line == 1)
      #expect(error.message.contains("cannot convert"))
      #expect(failure.sentence == "Lib does not compile: 1 error.")

      try write("public func answer() -> Int { let unused = 1; return 42 }\n", to: source)
      let healed = try #require(try await swift.build(request) { _ in }.success)
      #expect(healed.diagnostics.map(\.severity) == [.warning])
    }
  }

  @Test func buildsIntoAScratchDirectoryOfItsOwn() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let request = BuildRequest(
        packageDirectory: directory,
        product: "Lib",
        configuration: .release,
        scratchPath: "\(directory)/elsewhere"
      )
      let success = try #require(try await swift.build(request) { _ in }.success)
      #expect(success.libraryPath == "\(directory)/elsewhere/release/libLib.so")
      // Without the link, the library is found below the triple.
      try FileManager.default.removeItem(atPath: "\(directory)/elsewhere/release")
      let again = BuildRecord(path: "\(directory)/record", toolchain: toolchain)
      try again.store(request, fingerprint: 1)
      let found = try #require(again.upToDateLibrary(for: request, fingerprint: 1))
      #expect(found.hasPrefix("\(directory)/elsewhere/"))
      #expect(found.hasSuffix("/release/libLib.so"))
    }
  }

  @Test func findsThePathDependencies() async throws {
    let near = tinyPackage["Package.swift"]?
      .replacingOccurrences(
        of: "targets: [.target(name: \"Lib\")]",
        with: """
          dependencies: [.package(path: "../far")],
          targets: [.target(name: "Lib", dependencies: [.product(name: "Far", package: "far")])]
          """
      )
    let far = tinyPackage["Package.swift"]?.replacingOccurrences(of: "Lib", with: "Far")
      .replacingOccurrences(of: "tiny", with: "far")
    let files = [
      "near/Package.swift": near ?? "",
      "near/Sources/Lib/Lib.swift": "import Far\n",
      "far/Package.swift": far ?? "",
      "far/Sources/Far/Far.swift": "",
    ]
    try await withScratch(files: files) { directory in
      let request = BuildRequest(packageDirectory: "\(directory)/near", product: "Lib")
      _ = try #require(try await swift.build(request) { _ in }.success)
      let found = LocalDependencies.directories(scratchPath: request.scratchDirectory)
      #expect(found == ["\(directory)/far"])
    }
  }

  @Test func explainsABrokenManifest() async throws {
    try await withScratch(files: tinyPackage) { directory in
      try write(
        "// swift-tools-version: 6.0\nlet x: Int = \"\"\n",
        to: "\(directory)/Package.swift"
      )
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      let failure = try #require(try await swift.build(request) { _ in }.failure)
      #expect(failure.reason == .manifest)
      #expect(failure.diagnostics.first?.file == "\(directory)/Package.swift")
      let inspector = PackageInspector(toolchain: toolchain, logger: Logger(label: "test"))
      do throws(BuildError) {
        _ = try await inspector.products(of: directory, cache: "\(directory)/cache.json")
        Issue.record("the manifest was accepted")
      } catch {
        #expect(error.code == .manifestInvalid)
        #expect(error.diagnostics.first?.line == 2)
      }
    }
  }

  @Test func explainsAProductThatIsNotThere() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let request = BuildRequest(packageDirectory: directory, product: "Nothing")
      let failure = try #require(try await swift.build(request) { _ in }.failure)
      #expect(failure.reason == .productMissing)
      #expect(failure.remedy.contains(".library(name: \"Nothing\", type: .dynamic"))
    }
  }

  @Test func endsEveryCompilerWhenCancelled() async throws {
    let functions = (0..<3000)
      .map { number in
        "public func f\(number)(_ a: Int) -> [Int] { [a, a + 1].map { $0 * \(number) }.filter { $0 > 1 } }\n"
      }
    var files = tinyPackage
    files["Sources/Lib/Lib.swift"] = functions.joined()
    try await withScratch(files: files) { directory in
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      let task = Task { try await swift.build(request) { _ in } }
      // The compiler cannot be done with three thousand functions between two looks.
      while try processes(mentioning: directory).filter({ $0.contains("-frontend") }).isEmpty {
        try await Task.sleep(for: .milliseconds(10))
      }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try processes(mentioning: directory) == [])
      // Nothing is locked or damaged.
      try write("public func answer() -> Int { 42 }\n", to: "\(directory)/Sources/Lib/Lib.swift")
      #expect(try await swift.build(request) { _ in }.success != nil)
    }
  }

  /// The command lines of all processes that contain `text`.
  private func processes(mentioning text: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc")
      .compactMap { process in
        guard Int(process) != nil,
          let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
        else { return nil }
        let words = String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
        return words.contains(text) ? words : nil
      }
  }
}

extension BuildOutcome {
  var success: BuildSuccess? {
    if case .succeeded(let success) = self { success } else { nil }
  }

  var failure: BuildFailure? {
    if case .failed(let failure) = self { failure } else { nil }
  }
}
