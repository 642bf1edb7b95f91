import SlipwayDev
import Testing

@Suite struct ChangeClassifierTests {
  private let classifier = ChangeClassifier(
    sources: [
      (UnitID(0), "/p"), (UnitID(1), "/q"), (UnitID(0), "/shared"), (UnitID(1), "/shared"),
    ],
    staticDirectories: ["/p/public", "/site"],
    configurationFile: "/p/slipway.yaml"
  )

  @Test(arguments: [
    ("/p/Sources/App/App.swift", [0]),
    ("/p/Package.swift", [0]),
    ("/q/Sources/x.c", [1]),
    ("/shared/Sources/Lib.swift", [0, 1]),
    ("/p/public/style.css", []),
    ("/p/Tests/AppTests/AppTests.swift", []),
    ("/p/TestsOfMine/a.swift", [0]),
    ("/site/index.html", []),
    ("/elsewhere/x.swift", []),
    ("/pq/x.swift", []),
  ])
  func findsTheUnitsOfAPath(path: String, units: [Int]) {
    #expect(classifier.classify([path]).units == Set(units.map(UnitID.init)))
    #expect(classifier.classify([path]).others == (units.isEmpty ? [path] : []))
  }

  @Test func theConfigurationFileIsNoSource() {
    let verdict = classifier.classify(["/p/slipway.yaml"])
    #expect(verdict.isConfigurationChanged)
    #expect(verdict.units.isEmpty)
  }
}
