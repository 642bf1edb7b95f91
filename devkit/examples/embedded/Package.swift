// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "slipway-embedded-example",
  dependencies: [
    .package(name: "slipway", path: "../../.."),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
  ],
  targets: [
    .executableTarget(
      name: "Embedded",
      dependencies: [
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "SlipwayCore", package: "slipway"),
      ]
    )
  ]
)
