import Foundation
import SlipwayBuild
import Testing

/// Which links are made by the toolchain's lld.
struct FasterLinkerTests {
  private static let link = [
    "/usr/bin/swiftc", "-emit-library", "-Xlinker", "--no-undefined", "-g",
  ]

  @Test func linksWhereNobodyHasChosenALinker() async throws {
    try await withTools(["clang", "ld.lld"]) { directory in
      #expect(
        FasterLinker.mayReplaceLinker(of: Self.link, through: "\(directory)/clang")
      )
    }
  }

  @Test(
    arguments: [
      ["-use-ld=gold"], ["-Xclang-linker", "-fuse-ld=mold"], ["-ld-path=/usr/bin/mold"],
      ["-Xclang-linker", "--ld-path=/usr/bin/mold"], ["-tools-directory", "/opt/tools"],
      ["-Xclang-linker", "-B/opt/tools"],
    ]
  )
  func whoeverHasChosenALinkerHasIt(_ choice: [String]) async throws {
    try await withTools(["clang", "ld.lld"]) { directory in
      let isReplaced = FasterLinker.mayReplaceLinker(
        of: Self.link + choice,
        through: "\(directory)/clang"
      )
      #expect(!isReplaced)
    }
  }

  @Test(arguments: [[], ["lld"], ["ld.gold"]])
  func aToolchainWithoutItLinksAsSwiftPMDoes(_ others: [String]) async throws {
    try await withTools(["clang"] + others) { directory in
      let isReplaced = FasterLinker.mayReplaceLinker(of: Self.link, through: "\(directory)/clang")
      #expect(!isReplaced)
    }
  }

  @Test func aCompilerWithoutADirectoryHasNothingBesideIt() {
    #expect(!FasterLinker.mayReplaceLinker(of: Self.link, through: "clang"))
  }

  /// A directory with programs of these names.
  private func withTools(
    _ names: [String],
    _ body: (String) async throws -> Void
  ) async throws {
    try await withScratch { directory in
      for name in names {
        try write("", to: "\(directory)/\(name)")
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755],
          ofItemAtPath: "\(directory)/\(name)"
        )
      }
      try await body(directory)
    }
  }
}
