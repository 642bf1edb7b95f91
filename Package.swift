// swift-tools-version: 6.2
import PackageDescription

// The server's dependencies hang on one default-on trait: an application that is served by an
// installed `slipway` depends on this package with `traits: []` and fetches nothing else.
let server: TargetDependencyCondition? = .when(traits: ["Server"])

// What `--tls` needs is a program of its own, `slipway-tls`: whoever does without it enables
// "Server" alone, and fetches none of this.
let tls: TargetDependencyCondition? = .when(traits: ["TLS"])

let package = Package(
  name: "slipway",
  products: [
    .library(name: "SlipwayApp", targets: ["SlipwayApp"]),
    .library(name: "CSlipwayABI", targets: ["CSlipwayABI"]),
    .library(name: "SlipwayCore", targets: ["SlipwayCore"]),
    .executable(name: "slipway", targets: ["slipway"]),
    .executable(name: "slipway-tls", targets: ["slipway-tls"]),
  ],
  traits: [
    .trait(name: "Server", description: "The server itself; applications alone do without it"),
    .trait(
      name: "TLS",
      description: "slipway-tls, the process that speaks HTTPS and HTTP/2 for the server",
      enabledTraits: ["Server"]
    ),
    .default(enabledTraits: ["Server", "TLS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // The application's side of the interface, and the interface
    .target(name: "CSlipwayABI"),
    .target(
      name: "SlipwayApp",
      dependencies: [
        "CSlipwayABI",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),

    // Foreign boundaries
    .target(name: "CSlipwayPython"),
    .target(name: "CSlipwayShims"),
    .target(name: "CSlipwayThreads"),
    .systemLibrary(name: "CInotifyTools", providers: [.apt(["libinotifytools0-dev"])]),
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .target(name: "SlipwayYAML", dependencies: ["CYAML"]),
    .target(
      name: "SlipwaySystem",
      dependencies: [
        "CSlipwayShims",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .target(
      name: "SlipwayCore",
      dependencies: [
        "SlipwaySystem",
        .product(name: "HTTPTypes", package: "swift-http-types", condition: server),
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
        .product(name: "NIOPosix", package: "swift-nio", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      resources: [
        .embedInCode("Pages/Resources/brand.html"),
        .embedInCode("Pages/Resources/console.html"),
        .embedInCode("Pages/Resources/error.css"),
        .embedInCode("Pages/Resources/error.html"),
        .embedInCode("Pages/Resources/listing.html"),
        .embedInCode("Pages/Resources/palette.css"),
      ]
    ),
    .target(
      name: "SlipwayNative",
      dependencies: [
        "CSlipwayABI",
        "SlipwayCore",
        "SlipwaySystem",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .target(
      name: "SlipwayWSGI",
      dependencies: [
        "CSlipwayPython",
        "SlipwayCore",
        "SlipwaySystem",
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      resources: [
        .embedInCode("Resources/console.py"),
        .embedInCode("Resources/debugging.py"),
        .embedInCode("Resources/describe.py"),
        .embedInCode("Resources/gateway.py"),
        .embedInCode("Resources/report.py"),
        .embedInCode("Resources/start.py"),
      ]
    ),
    .target(
      name: "SlipwayWatch",
      dependencies: [
        "CInotifyTools",
        "CSlipwayShims",
        "SlipwaySystem",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .target(
      name: "SlipwayBuild",
      dependencies: [
        "SlipwaySystem",
        .product(name: "Logging", package: "swift-log", condition: server),
      ]
    ),
    .target(
      name: "SlipwayDebug",
      dependencies: [
        "SlipwaySystem",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .target(
      name: "SlipwayTLS",
      dependencies: [
        "SlipwayCore",
        "SlipwaySystem",
        .product(name: "Crypto", package: "swift-crypto", condition: tls),
        .product(name: "NIOCore", package: "swift-nio", condition: tls),
        .product(name: "NIOHPACK", package: "swift-nio-http2", condition: tls),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: tls),
        .product(name: "NIOHTTP2", package: "swift-nio-http2", condition: tls),
        .product(name: "NIOPosix", package: "swift-nio", condition: tls),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: tls),
        .product(name: "NIOTLS", package: "swift-nio", condition: tls),
        .product(name: "SwiftASN1", package: "swift-asn1", condition: tls),
        .product(name: "SystemPackage", package: "swift-system", condition: tls),
        .product(name: "X509", package: "swift-certificates", condition: tls),
      ]
    ),

    // Policy
    .target(
      name: "SlipwayDev",
      dependencies: [
        "SlipwayBuild",
        "SlipwayCore",
        "SlipwayDebug",
        "SlipwayNative",
        "SlipwaySystem",
        "SlipwayWSGI",
        "SlipwayWatch",
        "SlipwayYAML",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      resources: [
        .embedInCode("Editors/Resources/clion-run.xml"),
        .embedInCode("Editors/Resources/neovim.lua"),
        .embedInCode("Editors/Resources/vscode-launch.json"),
        .embedInCode("Editors/Resources/zed-debug.json"),
        .embedInCode("LiveReload/Resources/live.js"),
        .embedInCode("LiveReload/Resources/overlay.css"),
        .embedInCode("LiveReload/Resources/overlay.js"),
        .embedInCode("LiveReload/Resources/page.js"),
        .embedInCode("LiveReload/Resources/swap.js"),
      ]
    ),
    .executableTarget(
      name: "slipway",
      dependencies: [
        "CSlipwayThreads",
        "SlipwayDebug",
        "SlipwayDev",
        "SlipwaySystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .executableTarget(
      name: "slipway-tls",
      dependencies: [
        "SlipwayCore",
        "SlipwaySystem",
        "SlipwayTLS",
        .product(name: "SystemPackage", package: "swift-system", condition: tls),
      ]
    ),

    // Tests
    .target(
      name: "SlipwayTestSupport",
      dependencies: [
        "SlipwaySystem",
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      path: "Tests/SlipwayTestSupport"
    ),
    .executableTarget(
      name: "image-probe",
      dependencies: [
        "SlipwaySystem",
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      path: "Tests/ImageProbe"
    ),
    .testTarget(
      name: "SlipwaySystemTests",
      dependencies: [
        "image-probe",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .testTarget(
      name: "SlipwayCoreTests",
      dependencies: [
        "SlipwayCore",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "HTTPTypes", package: "swift-http-types", condition: server),
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      exclude: ["HTTP/Corpus"]
    ),
    .target(
      name: "SlipwayNativeTestSupport",
      dependencies: [
        "SlipwayCore",
        "SlipwayNative",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ],
      path: "Tests/SlipwayNativeTestSupport"
    ),
    .testTarget(
      name: "SlipwayNativeTests",
      dependencies: [
        "SlipwayCore",
        "SlipwayNative",
        "SlipwayNativeTestSupport",
        "SlipwayTestSupport",
        .product(name: "Logging", package: "swift-log", condition: server),
      ],
      exclude: ["Fixtures"]
    ),
    .testTarget(
      name: "SlipwayAppTests",
      dependencies: [
        "CSlipwayABI",
        "SlipwayApp",
        "SlipwayCore",
        "SlipwayNative",
        "SlipwayNativeTestSupport",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "Logging", package: "swift-log", condition: server),
      ]
    ),
    .testTarget(
      name: "SlipwayWatchTests",
      dependencies: [
        "SlipwayWatch",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .testTarget(
      name: "SlipwayBuildTests",
      dependencies: [
        "SlipwayBuild",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "Logging", package: "swift-log", condition: server),
      ],
      exclude: ["Fixtures"]
    ),
    .testTarget(
      name: "SlipwayDebugTests",
      dependencies: [
        "SlipwayDebug",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .testTarget(
      name: "SlipwayTLSTests",
      dependencies: [
        "SlipwayCore",
        "SlipwaySystem",
        "SlipwayTestSupport",
        "SlipwayTLS",
        .product(name: "NIOCore", package: "swift-nio", condition: tls),
        .product(name: "NIOHPACK", package: "swift-nio-http2", condition: tls),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: tls),
        .product(name: "NIOPosix", package: "swift-nio", condition: tls),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: tls),
        .product(name: "SwiftASN1", package: "swift-asn1", condition: tls),
        .product(name: "SystemPackage", package: "swift-system", condition: tls),
        .product(name: "X509", package: "swift-certificates", condition: tls),
      ]
    ),
    .testTarget(
      name: "SlipwayDevTests",
      dependencies: [
        "SlipwayBuild",
        "SlipwayCore",
        "SlipwayDebug",
        "SlipwayDev",
        "SlipwaySystem",
        "SlipwayTestSupport",
        "SlipwayWatch",
        .product(name: "SystemPackage", package: "swift-system", condition: server),
      ]
    ),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "slipway",
        "slipway-tls",
        "SlipwayDebug",
        "SlipwaySystem",
        "SlipwayTestSupport",
        .product(name: "NIOCore", package: "swift-nio", condition: tls),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: tls),
        .product(name: "NIOHTTP2", package: "swift-nio-http2", condition: tls),
        .product(name: "NIOPosix", package: "swift-nio", condition: tls),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: tls),
      ],
      exclude: ["Fixtures"]
    ),
  ],
  swiftLanguageModes: [.v6]
)

/// Targets that call foreign code: there every unsafe expression is marked as such.
let boundaries: Set = [
  "SlipwayApp", "SlipwayDebug", "SlipwayNative", "SlipwaySystem", "SlipwayTLS", "SlipwayWatch",
  "SlipwayWSGI", "SlipwayYAML",
]

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
  ]
  if boundaries.contains(target.name) {
    target.swiftSettings?.append(.strictMemorySafety())  // SE-0458
  }
  if Context.environment["CI"] != nil {
    target.swiftSettings?.append(.treatAllWarnings(as: .error))  // SE-0443
  }
}
