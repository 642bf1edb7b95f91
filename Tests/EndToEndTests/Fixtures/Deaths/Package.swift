// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "App",
  products: [.library(name: "App", type: .dynamic, targets: ["App"])],
  dependencies: [.package(name: "slipway", path: "@REPOSITORY@", traits: [])],
  targets: [
    .target(name: "CDeaths", cSettings: [.unsafeFlags(["-fstack-protector-all"])]),
    .target(
      name: "App",
      dependencies: ["CDeaths", .product(name: "SlipwayApp", package: "slipway")]
    ),
  ]
)
