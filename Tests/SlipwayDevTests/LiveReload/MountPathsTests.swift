import SlipwayCore
import SlipwayDev
import Testing

/// Under which paths pages know the files that have changed.
@Suite struct MountPathsTests {
  private func paths(_ file: String) -> [String] {
    var off = MountRules()
    off.reloadsLive = false
    var configuration = DevConfiguration(directory: "/served")
    configuration.mounts = [
      .init(prefix: "/", target: .files(directory: "/served/site")),
      .init(prefix: "/static", target: .files(directory: "/served/site/static")),
      .init(prefix: "/quiet", target: .files(directory: "/served/quiet"), rules: off),
      .init(prefix: "/app", target: .swift(package: "/served/app", product: nil)),
    ]
    return MountPlan(configuration).paths(ofFiles: [file])
  }

  @Test func aFileHasThePathsOfTheMountsThatServeIt() {
    #expect(paths("/served/site/a b.css") == ["/a b.css"])
    #expect(paths("/served/site/static/x.css") == ["/static/x.css", "/static/x.css"])
    #expect(paths("/served/sitemap.css") == [""])
  }

  @Test func aMountThatReloadsNothingHasNone() {
    #expect(paths("/served/quiet/a.css") == [])
  }

  /// An application writes its data itself, perhaps each time it is asked for a page.
  @Test func ofAllElseTemplatesCount() {
    #expect(paths("/served/app/templates/page.html") == [""])
    #expect(paths("/served/app/data.json") == [])
    #expect(paths("/served/app/data.sqlite3") == [])
  }
}
