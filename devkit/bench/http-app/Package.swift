// swift-tools-version: 6.2
import PackageDescription

// The applications that devkit/bench/http has Slipway serve: the same fixed text, through SlipwayApp
// on the runtime's threads and on the event loop and, as the floor of the interface, in plain C.
let package = Package(
  name: "http-app",
  products: [
    .library(name: "HelloSwift", type: .dynamic, targets: ["HelloSwift"]),
    .library(name: "HelloOnLoop", type: .dynamic, targets: ["HelloOnLoop"]),
    .library(name: "HelloC", type: .dynamic, targets: ["HelloC"]),
  ],
  dependencies: [
    .package(name: "slipway", path: "../../..", traits: [])
  ],
  targets: [
    .target(
      name: "HelloSwift",
      dependencies: [.product(name: "SlipwayApp", package: "slipway")]
    ),
    .target(
      name: "HelloOnLoop",
      dependencies: [.product(name: "SlipwayApp", package: "slipway")]
    ),
    .target(
      name: "HelloC",
      dependencies: [.product(name: "CSlipwayABI", package: "slipway")]
    ),
  ]
)
