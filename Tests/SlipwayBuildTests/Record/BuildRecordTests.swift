import Foundation
import SlipwayBuild
import Testing

@Suite(.timeLimit(.minutes(5))) struct BuildRecordTests {
  @Test func knowsWhatHasNotChanged() async throws {
    try await withBuilt { record, request, directory in
      #expect(record.upToDateLibrary(for: request, fingerprint: 7) != nil)
      let again = BuildRecord(path: "\(directory)/record")
      #expect(again.upToDateLibrary(for: request, fingerprint: 7) == library(in: directory))
    }
  }

  @Test func noticesOtherSources() async throws {
    try await withBuilt { record, request, _ in
      #expect(record.upToDateLibrary(for: request, fingerprint: 8) == nil)
    }
  }

  @Test func noticesAnotherRequest() async throws {
    try await withBuilt { record, request, _ in
      var other = request
      other.extraArguments = ["-Xswiftc", "-DX"]
      #expect(record.upToDateLibrary(for: other, fingerprint: 7) == nil)
    }
  }

  @Test func noticesAnotherLibrary() async throws {
    try await withBuilt { record, request, directory in
      // Same size, another file.
      try write("new", to: library(in: directory))
      #expect(record.upToDateLibrary(for: request, fingerprint: 7) == nil)
      try FileManager.default.removeItem(atPath: library(in: directory))
      #expect(record.upToDateLibrary(for: request, fingerprint: 7) == nil)
    }
  }

  @Test func noticesAnotherToolchain() async throws {
    try await withBuilt { _, request, directory in
      let other = BuildRecord(
        path: "\(directory)/record",
        toolchain: try fakeToolchain("exit 0", in: directory)
      )
      #expect(other.upToDateLibrary(for: request, fingerprint: 7) == nil)
    }
  }

  @Test(arguments: ["", "{}", "[1]", "\u{0}\u{1}", "{\"fingerprint\": 7}"])
  func takesGarbageForNoRecord(text: String) async throws {
    try await withBuilt { record, request, directory in
      try write(text, to: "\(directory)/record")
      #expect(record.upToDateLibrary(for: request, fingerprint: 7) == nil)
    }
  }

  @Test func saysWhyItCannotBeWritten() async throws {
    try await withBuilt { _, request, directory in
      let nowhere = BuildRecord(path: "\(directory)/no/such/directory/record")
      #expect(throws: BuildError.self) { try nowhere.store(request, fingerprint: 7) }
    }
  }

  private func library(in directory: String) -> String {
    "\(directory)/.build/debug/libLib.so"
  }

  private func withBuilt(_ body: (BuildRecord, BuildRequest, String) throws -> Void) async throws {
    try await withScratch(files: [".build/debug/libLib.so": "old"]) { directory in
      let request = BuildRequest(packageDirectory: directory, product: "Lib")
      let record = BuildRecord(path: "\(directory)/record")
      try record.store(request, fingerprint: 7)
      try body(record, request, directory)
    }
  }
}
