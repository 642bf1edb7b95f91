// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "sample-app",
  products: [
    // What Slipway builds, loads and serves.
    .library(name: "SampleApp", type: .dynamic, targets: ["SampleApp"])
  ],
  dependencies: [
    // `traits: []` leaves out the server and everything it depends on.
    .package(name: "slipway", path: "..", traits: [])
  ],
  targets: [
    .target(
      name: "SampleApp",
      dependencies: [.product(name: "SlipwayApp", package: "slipway")]
    ),
    .testTarget(
      name: "SampleAppTests",
      dependencies: ["SampleApp", .product(name: "SlipwayApp", package: "slipway")]
    ),
  ]
)
