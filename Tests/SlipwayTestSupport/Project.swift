import Glibc

/// A package that is served: its sources are written and edited by the test.
package struct Project: Sendable {
  /// How an editor saves.
  package enum SaveStyle: Sendable, CaseIterable {
    /// Truncates the file and writes it anew.
    case inPlace
    /// Writes another file and renames it.
    case rename
  }

  package let directory: ScratchDirectory

  /// The file that the tests edit: it says the text that the application answers with.
  package let textFile: String

  let declaration: @Sendable (String) -> String

  package var path: String { directory.path }

  /// A directory that is served as it is.
  package init(files directory: ScratchDirectory) {
    self.init(directory: directory, textFile: "index.html") { $0 }
  }

  init(
    directory: ScratchDirectory,
    textFile: String,
    declaration: @escaping @Sendable (String) -> String
  ) {
    self.directory = directory
    self.textFile = textFile
    self.declaration = declaration
  }

  /// An application in C (Tests/EndToEndTests/Fixtures/app.c), which compiles in no time.
  package static func c(in directory: ScratchDirectory, text: String = "rev-1") throws -> Project {
    let project = Project(directory: directory, textFile: "Sources/App/text.c") {
      "const char *const text = \"\($0)\";\n"
    }
    try directory.write(manifest(product: "CSlipwayABI"), to: "Package.swift")
    try directory.write(
      "extern const char *const text;\n",
      to: "Sources/App/include/text.h"
    )
    try directory.write(fixture("app.c"), to: "Sources/App/app.c")
    try project.save(text: text, .inPlace)
    return project
  }

  /// An application in Swift (Tests/EndToEndTests/Fixtures/App.swift).
  package static func swift(in directory: ScratchDirectory, text: String = "rev-1") throws
    -> Project
  {
    let project = Project(directory: directory, textFile: "Sources/App/Text.swift") {
      "let text = \"\($0)\"\n"
    }
    try directory.write(manifest(product: "SlipwayApp"), to: "Package.swift")
    try directory.write(fixture("App.swift"), to: "Sources/App/App.swift")
    try project.save(text: text, .inPlace)
    return project
  }

  /// A copy of the sample application, without what is built or written at run time.
  package static func sampleApp(in directory: ScratchDirectory) throws -> Project {
    let project = Project(
      directory: directory,
      textFile: "Sources/SampleApp/Edition.swift"
    ) {
      "let edition = \"\($0)\"\n"
    }
    let original = repository + "/sample-app"
    for part in [
      "Package.swift", "Sources", "Tests", "legacy", "public", "slipway.yaml", ".gitignore",
    ] {
      let run = try CommandRun(["/bin/cp", "-R", "\(original)/\(part)", directory.path])
      guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
    }
    let manifest = try read(original + "/Package.swift")
      .replacing("path: \"..\"", with: "path: \"\(repository)\"")
    try directory.write(manifest, to: "Package.swift")
    return project
  }

  /// Has the application answer with another text from now on.
  package func save(text: String, _ style: SaveStyle = .inPlace) throws {
    try save(declaration(text), to: textFile, style)
  }

  /// Saves a text at which the next build stands still until it is let go on.
  package func saveHolding(_ style: SaveStyle = .inPlace) throws -> BuildHold {
    // Outside of what is watched.
    let hold = try BuildHold(pipe: path + "/.slipway/hold.fifo")
    try save(hold.source, to: textFile, style)
    return hold
  }

  /// What the source says about a text.
  package func source(of text: String) -> String { declaration(text) }

  package func save(_ content: String, to name: String, _ style: SaveStyle = .inPlace) throws {
    switch style {
    case .inPlace: try directory.write(content, to: name)
    case .rename: try directory.save(content, to: name)
    }
  }

  /// The state file that tools read; nil while there is none.
  package var serverFile: ServerEvent.Value? {
    ServerEvent.Value(json: (try? read(path + "/.slipway/server.json")) ?? "")
  }

  /// Whether the state file comes to say that the server is in a state. It is written when whoever was
  /// held has been let in, so a response may be a moment ahead of it.
  package func settles(in state: String) -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while serverFile?["state"]?.text != state {
      guard ContinuousClock.now < deadline else { return false }
      usleep(10_000)
    }
    return true
  }

  package static func manifest(product: String) -> String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "App",
      products: [.library(name: "App", type: .dynamic, targets: ["App"])],
      dependencies: [.package(name: "slipway", path: "\(repository)", traits: [])],
      targets: [
        .target(name: "App", dependencies: [.product(name: "\(product)", package: "slipway")])
      ]
    )

    """
  }

  /// The root of the repository, from where this file was when it was compiled.
  package static var repository: String {
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  }

  private static func fixture(_ name: String) throws -> String {
    try read("\(repository)/Tests/EndToEndTests/Fixtures/\(name)")
  }
}

/// The text of a file.
package func read(_ path: String) throws -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw ServerProcess.Failure(description: "\(path): \(String(cString: strerror(errno)))")
  }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 64 * 1024)
  while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
