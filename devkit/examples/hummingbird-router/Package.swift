// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "slipway-hummingbird-example",
  products: [
    .library(
      name: "HummingbirdExample",
      type: .dynamic,
      targets: ["SlipwayHummingbirdExample"]
    )
  ],
  dependencies: [
    .package(name: "slipway", path: "../../..", traits: []),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .target(
      name: "SlipwayHummingbirdExample",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SlipwayApp", package: "slipway"),
      ]
    )
  ]
)
