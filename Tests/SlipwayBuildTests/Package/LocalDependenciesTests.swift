import SlipwayBuild
import Testing

@Suite(.timeLimit(.minutes(5))) struct LocalDependenciesTests {
  @Test func takesOnlyWhatLiesInADirectoryOfItsOwn() async throws {
    let state = """
      {"object": {"artifacts": [], "dependencies": [
        {"packageRef": {"identity": "a", "kind": "fileSystem"}, "subpath": "a",
         "state": {"name": "fileSystem", "path": "/b/a"}},
        {"packageRef": {"identity": "nio", "kind": "remoteSourceControl"}, "subpath": "nio",
         "state": {"name": "sourceControlCheckout", "checkoutState": {"revision": "1"}}},
        {"packageRef": {"identity": "e", "kind": "remoteSourceControl"}, "subpath": "e",
         "state": {"name": "edited", "path": "/a/e"}}
      ]}, "version": 7}
      """
    try await withScratch(files: ["workspace-state.json": state]) { directory in
      #expect(LocalDependencies.directories(scratchPath: directory) == ["/a/e", "/b/a"])
    }
  }

  @Test(arguments: ["", "{}", "[]", #"{"object": {"dependencies": 1}}"#, "\u{0}"])
  func takesNothingFromGarbage(text: String) async throws {
    try await withScratch(files: ["workspace-state.json": text]) { directory in
      #expect(LocalDependencies.directories(scratchPath: directory).isEmpty)
    }
    #expect(LocalDependencies.directories(scratchPath: "/no/such").isEmpty)
  }
}
