import Foundation
import Glibc
import Logging
import SlipwayBuild
import Testing

/// Saves within one second: the compiler's driver takes the second one for the first.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StaleObjectsTests {
  private let new = "public func answer() -> Int { 43 }; public func another() {}\n"

  @Test func aSecondSaveWithinTheSameSecondIsCompiled() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      let source = "\(directory)/Sources/Lib/Lib.swift"
      let swift = SwiftBuild(logger: Logger(label: "test"))
      // In the past, so that the test need not be quick: only the seconds are compared.
      try stamp(source, nanoseconds: 100_000_000)
      let library = try #require(try await swift.build(request) { _ in }.success).libraryPath
      #expect(try !isNew(library))

      try write(new, to: source)
      try stamp(source, nanoseconds: 900_000_000)
      StaleObjects.remove(of: [source], for: request)
      _ = try #require(try await swift.build(request) { _ in }.success)
      #expect(try isNew(library))
    }
  }

  @Test func onlyTheObjectsOfTheChangedSourcesGo() async throws {
    let objects = ".build/debug/Lib.build"
    let files = [
      "\(objects)/A.swift.o": "", "\(objects)/Deep/A.swift.o": "", "\(objects)/B.swift.o": "",
      ".build/debug/Other.build/C.swift.o": "",
    ]
    try await withScratch(files: files) { directory in
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      StaleObjects.remove(
        of: ["\(directory)/Sources/Lib/A.swift", "\(directory)/README.md", "C.swift"],
        for: request
      )
      let left = files.keys.filter { access("\(directory)/\($0)", F_OK) == 0 }
      #expect(Set(left) == Set(files.keys).subtracting(["\(objects)/A.swift.o"]))
    }
  }

  /// Whether the library has the function that only the new source has.
  private func isNew(_ library: String) throws -> Bool {
    try Data(contentsOf: URL(filePath: library)).range(of: Data("$s3Lib7anotheryyF".utf8)) != nil
  }

  private func stamp(_ path: String, nanoseconds: Int) throws {
    var times = [
      timespec(tv_sec: 1_700_000_000, tv_nsec: nanoseconds),
      timespec(tv_sec: 1_700_000_000, tv_nsec: nanoseconds),
    ]
    try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
  }
}
