import SlipwayDev
import SlipwayTestSupport
import Testing

struct InstalledCopiesTests {
  private let library = "/nowhere/.venv/lib/python3.11/site-packages"

  @Test(arguments: ["src", "lib", "."])
  func aPackageWhoseSourcesTheProjectHasIsNamed(place: String) throws {
    try withScratchDirectory { project in
      try project.write("", to: "\(place)/harbour/__init__.py")
      let files = [
        "\(library)/harbour/__init__.py", "\(library)/harbour/quays.py", "\(library)/flask.py",
      ]
      let found = InstalledCopies(root: project.path).find(among: files)
      let source = place == "." ? project.path : project.path(place)
      #expect(found == [.init(module: "harbour", installed: library, source: source)])
      #expect(found.first?.remedy?.contains("python-path: \(source)") == true)
    }
  }

  @Test func aModuleOfOneFileIsNamedToo() throws {
    try withScratchDirectory { project in
      try project.write("", to: "src/tides.py")
      let found = InstalledCopies(root: project.path).find(among: ["\(library)/tides.py"])
      #expect(found.map(\.module) == ["tides"])
    }
  }

  @Test func aProjectAroundTheApplicationIsLookedAt() throws {
    try withScratchDirectory { project in
      try project.write("", to: "src/harbour/__init__.py")
      try project.write("", to: "deploy/app.wsgi")
      let files = ["\(library)/harbour/__init__.py"]
      #expect(InstalledCopies(root: project.path("deploy")).find(among: files).isEmpty)
      try project.write("", to: "pyproject.toml")
      #expect(InstalledCopies(root: project.path("deploy")).find(among: files).count == 1)
    }
  }

  @Test func whatIsImportedFromItsSourcesIsFine() throws {
    try withScratchDirectory { project in
      try project.write("", to: "src/harbour/__init__.py")
      let files = [project.path("src/harbour/__init__.py"), "\(library)/other/__init__.py"]
      #expect(InstalledCopies(root: project.path).find(among: files).isEmpty)
    }
  }
}
