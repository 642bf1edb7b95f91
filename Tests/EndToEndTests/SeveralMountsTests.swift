import SlipwayTestSupport
import Testing

/// Several native mounts in one server: two products of one package, which share a target, and another
/// package.
@Suite(.serialized, .timeLimit(.minutes(10)), .showingServerLog, .onLane)
struct SeveralMountsTests {
  private static let manifest = """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "near",
      products: [
        .library(name: "One", type: .dynamic, targets: ["One"]),
        .library(name: "Two", type: .dynamic, targets: ["Two"]),
      ],
      dependencies: [.package(name: "slipway", path: "\(Project.repository)", traits: [])],
      targets: [
        .target(name: "Shared"),
        .target(
          name: "One",
          dependencies: ["Shared", .product(name: "CSlipwayABI", package: "slipway")]
        ),
        .target(
          name: "Two",
          dependencies: ["Shared", .product(name: "CSlipwayABI", package: "slipway")]
        ),
      ]
    )

    """

  private static func text(_ text: String) -> String { "const char *const text = \"\(text)\";\n" }

  /// Serves the mounts while `body` runs.
  private func serveThree(_ body: (ServedProject) throws -> Void) throws {
    try withScratchDirectory { directory in
      let app = try read(Project.repository + "/Tests/EndToEndTests/Fixtures/app.c")
      let header = "extern const char *const text;\n"
      try directory.write(Self.manifest, to: "near/Package.swift")
      for target in ["One", "Two"] {
        try directory.write(app, to: "near/Sources/\(target)/app.c")
        try directory.write(header, to: "near/Sources/\(target)/include/\(target).h")
        // An error of its own, and none of the other's.
        try directory.write("int of\(target) = 0;\n", to: "near/Sources/\(target)/own.c")
      }
      try directory.write(header, to: "near/Sources/Shared/include/shared.h")
      try directory.write(Self.text("rev-1"), to: "near/Sources/Shared/text.c")
      try directory.write(Project.manifest(product: "CSlipwayABI"), to: "far/Package.swift")
      try directory.write(app, to: "far/Sources/App/app.c")
      try directory.write(header, to: "far/Sources/App/include/app.h")
      try directory.write(Self.text("far-1"), to: "far/Sources/App/text.c")
      let mounts = "mounts:\n  /: swift:near#One\n  /two: swift:near#Two\n  /far: swift:far\n"
      try directory.write(mounts, to: "slipway.yaml")
      try EndToEndTests.serve(Project(files: directory), ServerProcess.Options(), body)
    }
  }

  @Test func aSaveRebuildsWhatItIsInAndRestartsOnce() throws {
    try serveThree { served in
      #expect(try served.get("/").text == "rev-1")
      #expect(try served.get("/two").text == "rev-1")
      #expect(try served.get("/far").text == "far-1")
      let generation = try #require(served.generation(of: served.get("/far")))
      for number in 2...4 {
        // In both products of one package.
        try served.project.save(Self.text("rev-\(number)"), to: "near/Sources/Shared/text.c")
        #expect(try served.get("/two").text == "rev-\(number)")
        let response = try served.get("/")
        #expect(response.text == "rev-\(number)")
        #expect(served.generation(of: response) == generation + number - 1)
      }
      let mark = served.server.mark
      try served.project.save(Self.text("far-2"), to: "far/Sources/App/text.c")
      #expect(try served.get("/far").text == "far-2")
      #expect(try served.get("/two").text == "rev-4")
      let built = served.server.events("build-succeeded", since: mark)
      #expect(built.compactMap { $0["product"]?.text } == ["App"])
    }
  }

  @Test func eachMountShowsItsOwnFailure() throws {
    try serveThree { served in
      #expect(try served.get("/").text == "rev-1")
      try served.project.save("int ofOne = nowhere;\n", to: "near/Sources/One/own.c")
      let one = try served.get("/")
      #expect(one.status == 500)
      #expect(one.text.contains("One/own.c:1"))
      #expect(try served.get("/two").text == "rev-1")
      #expect(try served.get("/far").text == "far-1")

      try served.project.save("int broken = elsewhere;\n", to: "far/Sources/App/more.c")
      let far = try served.get("/far")
      #expect(far.status == 500)
      #expect(far.text.contains("App/more.c:1"))
      #expect(!far.text.contains("own.c"))
      let still = try served.get("/")
      #expect(still.status == 500)
      #expect(!still.text.contains("more.c"))
      #expect(try served.get("/two").text == "rev-1")

      try served.project.save("int ofOne = 1;\n", to: "near/Sources/One/own.c")
      #expect(try served.get("/").text == "rev-1")
      #expect(try served.get("/far").status == 500)
      try served.project.save("int broken = 1;\n", to: "far/Sources/App/more.c")
      #expect(try served.get("/far").text == "far-1")
    }
  }
}
