extension Project {
  /// An application with many ways to die (Tests/EndToEndTests/Fixtures/Deaths).
  package static func deaths(in directory: ScratchDirectory) throws -> Project {
    let project = Project(directory: directory, textFile: "Sources/App/Mood.swift") {
      "let mood = \"\($0)\"\n"
    }
    let fixture = "\(repository)/Tests/EndToEndTests/Fixtures/Deaths"
    let run = try CommandRun(["/bin/cp", "-R", "\(fixture)/Sources", directory.path])
    guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
    let manifest = try read(fixture + "/Package.swift")
      .replacing("@REPOSITORY@", with: repository)
    try directory.write(manifest, to: "Package.swift")
    return project
  }
}
