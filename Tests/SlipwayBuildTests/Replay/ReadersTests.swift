import Foundation
import SlipwayBuild
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// What is read of files that tools have written, and may have written badly.
@Suite(.timeLimit(.minutes(5))) struct ReadersTests {
  @Test(
    arguments: [
      (#"a b"#, ["a", "b"]),
      (#"'a b' c"#, ["a b", "c"]),
      (#" "/usr/bin/ld" "-rpath=$ORIGIN""#, ["/usr/bin/ld", "-rpath=$ORIGIN"]),
      (#"a'b'"c"\ d"#, ["abc d"]),
      (#"'it'\''s'"#, ["it's"]),
      (#""a\"b""#, [#"a"b"#]),
      ("''", [""]),
    ] as [(String, [String])]
  )
  func takesPrintedCommandsApart(_ line: String, _ words: [String]) {
    #expect(ShellWords.split(line) == words)
  }

  @Test func refusesAQuotationWithoutAnEnd() {
    #expect(ShellWords.split("'a b") == nil)
    #expect(ShellWords.split("a\\") == nil)
  }

  /// The compiler's own files, of two texts of a source and of one that uses it.
  @Test func followsWhatUsesAChangedDeclaration() async throws {
    try await withScratch { directory in
      let before = try await Self.dependencies(
        ["a": "let a = 1", "b": "let b = a", "c": "let c = 2"],
        in: directory
      )
      let after = try await Self.dependencies(
        ["a": "let a = 2", "b": "let b = a", "c": "let c = 2"],
        in: directory
      )
      let old = try #require(before["a"])
      let changes = old.changes(to: try #require(after["a"]))
      #expect(changes.contains { $0.name == "a" })
      #expect(Invalidation(before).sources(dependingOn: changes, in: "a") == ["a", "b"])
      #expect(before["c"]?.changes(to: try #require(after["c"])) == [])
    }
  }

  @Test func noticesABodyOnlyWhereNobodyCanSeeIt() async throws {
    try await withScratch { directory in
      let before = try await Self.dependencies(
        ["a": "func a() -> Int { 1 }", "b": "let b = a()"],
        in: directory
      )
      let after = try await Self.dependencies(
        ["a": "func a() -> Int { 2 }", "b": "let b = a()"],
        in: directory
      )
      #expect(try #require(before["a"]).changes(to: try #require(after["a"])) == [])
    }
  }

  @Test func damagedFilesAreRefusedAndNeverTrap() async throws {
    try await withScratch { directory in
      _ = try await Self.dependencies(["a": "struct A { var b: [Int] = [] }"], in: directory)
      let good = Array(try Data(contentsOf: URL(filePath: "\(directory)/a.swiftdeps")))
      let object = Array(try Data(contentsOf: URL(filePath: "\(directory)/a.o")))
      #expect(ElfSection.bytes(named: ".swift1_autolink_entries", in: object)?.isEmpty == false)
      #expect(ElfSection.bytes(named: ".no-such-section", in: object) == [])
      var random = SeededGenerator(seed: 5)
      for _ in 0..<3000 {
        _ = ReferenceDependencies(Self.damaged(good, &random), of: "a")
        let damaged = Self.damaged(object, &random)
        _ = ElfSection.bytes(named: ".swift1_autolink_entries", in: damaged)
        _ = WrappedInterface.replacing([], by: good, in: damaged)
      }
    }
  }

  @Test func readsWhatTheCompilerProposes() async throws {
    try await withScratch { directory in
      let source = "\(directory)/a.swift"
      try write("let a: Int? = 1\nlet é: Int = a\n", to: source)
      let swift = try #require(Toolchain().swift)
      let end = try await ChildProcess(
        executable: swift,
        arguments: ["-frontend", "-typecheck", "-serialize-diagnostics-path", "a.dia", source],
        environment: ProcessInfo.processInfo.environment,
        directory: directory
      )
      .run { _ in }
      #expect(end == .exited(1))
      let bytes = Array(try Data(contentsOf: URL(filePath: "\(directory)/a.dia")))
      let findings = SerializedDiagnostics(bytes).findings
      let error = try #require(findings.first)
      #expect(findings.count == 1)
      #expect((error.file, error.line, error.column) == (source, 2, 15))
      #expect(error.message.contains("must be unwrapped"))
      #expect(error.notes.count == 2)
      let edits = error.notes.flatMap(\.fixIts)
      #expect(edits.contains { $0.text == "!" && $0.line == 2 && $0.column == 16 })
      var random = SeededGenerator(seed: 7)
      for _ in 0..<3000 { _ = SerializedDiagnostics(Self.damaged(bytes, &random)) }
    }
  }

  @Test func wrapsAnInterfaceAsTheCompilerDoes() async throws {
    try await withScratch { directory in
      let swift = try #require(Toolchain().swift)
      for (name, text) in [
        "one": "public let a = 1", "two": "public struct B { public var c: [Int] = [] }",
      ] {
        try write(text, to: "\(directory)/\(name)/M.swift")
        let emitted = try await ChildProcess(
          executable: swift,
          arguments: [
            "-frontend", "-emit-module", "-parse-as-library", "-module-name", "M", "-o",
            "M.swiftmodule", "M.swift",
          ],
          environment: ProcessInfo.processInfo.environment,
          directory: "\(directory)/\(name)"
        )
        .run { _ in }
        #expect(emitted == .exited(0))
        let frontend = URL(filePath: swift).deletingLastPathComponent()
          .appending(path: "swift-frontend").path
        let end = try await ChildProcess(
          executable: frontend,
          arguments: ["-modulewrap", "M.swiftmodule", "-o", "M.swiftmodule.o"],
          environment: ProcessInfo.processInfo.environment,
          directory: "\(directory)/\(name)"
        )
        .run { _ in }
        #expect(end == .exited(0))
      }
      func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(directory)/\(file)")))
      }
      let made = WrappedInterface.replacing(
        try bytes("one/M.swiftmodule"),
        by: try bytes("two/M.swiftmodule"),
        in: try bytes("one/M.swiftmodule.o")
      )
      #expect(try made == bytes("two/M.swiftmodule.o"))
      var damaged = try bytes("one/M.swiftmodule.o")
      damaged[70] ^= 1
      let refused = WrappedInterface.replacing(try bytes("one/M.swiftmodule"), by: [], in: damaged)
      #expect(refused == nil)
    }
  }

  private static func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      // The beginning says most.
      let reach = Bool.random(using: &random) ? min(256, damaged.count) : damaged.count
      damaged[Int.random(in: 0..<reach, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    if Bool.random(using: &random) {
      damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
    }
    return damaged
  }

  /// Compiles a module of the sources, by name; returns what the compiler says of each.
  private static func dependencies(
    _ sources: [String: String],
    in directory: String
  ) async throws -> [String: ReferenceDependencies] {
    let names = sources.keys.sorted()
    for name in names { try write(sources[name] ?? "", to: "\(directory)/\(name).swift") }
    let swift = try #require(Toolchain().swift)
    var graphs: [String: ReferenceDependencies] = [:]
    for name in names {
      let inputs = names.flatMap { ($0 == name ? ["-primary-file"] : []) + ["\($0).swift"] }
      let end = try await ChildProcess(
        executable: swift,
        arguments: [
          "-frontend", "-c", "-parse-as-library", "-module-name", "M",
          "-emit-reference-dependencies-path", "\(name).swiftdeps", "-o", "\(name).o",
        ] + inputs,
        environment: ProcessInfo.processInfo.environment,
        directory: directory
      )
      .run { _ in }
      #expect(end == .exited(0))
      let bytes = Array(try Data(contentsOf: URL(filePath: "\(directory)/\(name).swiftdeps")))
      let graph: ReferenceDependencies = try #require(ReferenceDependencies(bytes, of: name))
      graphs[name] = graph
    }
    return graphs
  }
}
