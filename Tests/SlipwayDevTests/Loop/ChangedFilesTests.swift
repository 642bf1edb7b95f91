import SlipwayDev
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ChangedFilesTests {
  private let app = unit(of: "/app")
  private let other = unit(of: "/other")

  @Test func remembersWhatHasChangedSinceTheLastGoodBuild() {
    let changed = ChangedFiles()
    changed.note(["/app/A.swift", "/app/B.swift"], of: app)
    #expect(changed.changes(of: app).keys.sorted() == ["/app/A.swift", "/app/B.swift"])
    #expect(changed.changes(of: other).isEmpty)
    changed.forget(changed.changes(of: app), of: app)
    #expect(changed.changes(of: app).isEmpty)
  }

  @Test func whatChangesDuringItsBuildIsNotForgotten() {
    let changed = ChangedFiles()
    changed.note(["/app/A.swift", "/app/B.swift"], of: app)
    let built = changed.changes(of: app)
    changed.note(["/app/A.swift"], of: app)
    changed.note(["/app/C.swift"], of: app)
    changed.forget(built, of: app)
    #expect(changed.changes(of: app).keys.sorted() == ["/app/A.swift", "/app/C.swift"])
  }

  @Test func aBuildOfOneUnitLeavesTheOtherAlone() {
    let changed = ChangedFiles()
    changed.note(["/shared/A.swift"], of: app)
    changed.note(["/shared/A.swift"], of: other)
    changed.forget(changed.changes(of: app), of: app)
    #expect(changed.changes(of: other).keys.sorted() == ["/shared/A.swift"])
  }
}

/// The unit of a mounted package.
private func unit(of package: String) -> MountPlan.Unit {
  var configuration = DevConfiguration(directory: "/")
  configuration.mounts = [.init(prefix: "/", target: .swift(package: package, product: nil))]
  return MountPlan(configuration).units[0]
}
