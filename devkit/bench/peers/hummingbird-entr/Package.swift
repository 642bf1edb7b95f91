// swift-tools-version: 6.2
import PackageDescription

// What a save costs without Slipway: the same kind of page, rebuilt and started anew by `entr`.
let package = Package(
  name: "hummingbird-entr",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1")
  ],
  targets: [
    .executableTarget(
      name: "Board",
      dependencies: [.product(name: "Hummingbird", package: "hummingbird")]
    )
  ]
)
