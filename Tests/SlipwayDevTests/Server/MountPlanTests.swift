import SlipwayDev
import SlipwayTestSupport
import SlipwayWatch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MountPlanTests {
  private func configuration(_ mounts: [MountConfiguration]) -> DevConfiguration {
    var configuration = DevConfiguration(directory: "/served")
    configuration.mounts = mounts
    return configuration
  }

  @Test func mountsOfOneProductShareAUnit() {
    let plan = MountPlan(
      configuration([
        .init(prefix: "/", target: .swift(package: "/served/app", product: nil)),
        .init(prefix: "/again", target: .swift(package: "/served/app", product: nil)),
        .init(prefix: "/b", target: .swift(package: "/served/app", product: "B")),
      ])
    )
    #expect(plan.units.map(\.product) == [nil, "B"])
    #expect(plan.mounts.map { plan.unitOfMount[$0] } == [UnitID(0), UnitID(0), UnitID(1)])
  }

  @Test func aDirectoryOfFilesIsNoUnit() {
    let plan = MountPlan(
      configuration([.init(prefix: "/static", target: .files(directory: "/served/public"))])
    )
    #expect(plan.units.isEmpty)
    #expect(plan.mounts.map { plan.directoryOfMount[$0] } == ["/served/public"])
  }

  @Test func watchesPackagesFilesAndTheConfiguration() {
    let configuration = configuration([
      .init(prefix: "/", target: .swift(package: "/served/app", product: nil)),
      .init(prefix: "/static", target: .files(directory: "/served/app/public")),
    ])
    let plan = MountPlan(configuration)
    let places = WatchedPlaces(plan, PathDependencies(of: plan.units), configuration)
    #expect(
      places.roots.map(\.path) == ["/served/app", "/served/app/public", "/served/slipway.yaml"]
    )
    let verdict = places.classifier.classify([
      "/served/app/Sources/App/App.swift", "/served/app/public/style.css", "/served/slipway.yaml",
    ])
    #expect(verdict.units == [UnitID(0)])
    #expect(verdict.isConfigurationChanged)
    #expect(verdict.others == ["/served/app/public/style.css"])
  }

  @Test func theFileInForceIsTheConfigurationThatIsWatched() {
    var configuration = configuration([])
    configuration.file = "/elsewhere/dev.yaml"
    let plan = MountPlan(configuration)
    let places = WatchedPlaces(plan, PathDependencies(of: []), configuration)
    #expect(places.roots.map(\.path) == ["/elsewhere/dev.yaml"])
  }

  /// Where a package around the application is one of its dependencies, as an example's is.
  @Test func ofAPackageAroundTheApplicationOnlyItsSourcesAreWatched() throws {
    let state = #"{"object":{"dependencies":[{"state":{"path":"DIR"}}]}}"#
    try withScratchDirectory { directory in
      let app = directory.path + "/examples/app"
      try directory.write("", to: "Sources/Lib/Lib.swift")
      try directory.write("", to: "Package.swift")
      try directory.write(
        state.replacing("DIR", with: directory.path),
        to: "examples/app/.build/workspace-state.json"
      )
      let configuration = configuration([
        .init(prefix: "/", target: .swift(package: app, product: nil))
      ])
      let plan = MountPlan(configuration)
      let places = WatchedPlaces(plan, PathDependencies(of: plan.units), configuration)
      #expect(
        places.roots.map(\.path) == [
          app, "\(directory.path)/Sources", "\(directory.path)/Package.swift",
          "/served/slipway.yaml",
        ]
      )
      #expect(
        places.classifier.classify(["\(directory.path)/Sources/Lib/Lib.swift"]).units == [UnitID(0)]
      )
    }
  }
}
