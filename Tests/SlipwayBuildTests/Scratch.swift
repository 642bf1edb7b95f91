import Foundation
import SlipwayBuild

/// A directory that is gone when the test is over.
///
/// The path is the real one: SwiftPM writes that into its output.
func withScratch<Result>(
  files: [String: String] = [:],
  _ body: (String) async throws -> Result
) async throws -> Result {
  let directory = "/tmp/slipway-build-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  for (path, text) in files { try write(text, to: "\(directory)/\(path)") }
  return try await body(directory)
}

/// Writes a file and the directories above it.
func write(_ text: String, to path: String) throws {
  let url = URL(filePath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(),
    withIntermediateDirectories: true
  )
  try text.write(to: url, atomically: true, encoding: .utf8)
}

/// A package with one dynamic library, `Lib`, of one target.
let tinyPackage = [
  "Package.swift": """
  // swift-tools-version: 6.0
  import PackageDescription
  let package = Package(
    name: "tiny",
    products: [.library(name: "Lib", type: .dynamic, targets: ["Lib"])],
    targets: [.target(name: "Lib")]
  )
  """,
  "Sources/Lib/Lib.swift": "public func answer() -> Int { 42 }\n",
]
