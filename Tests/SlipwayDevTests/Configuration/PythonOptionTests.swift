import SlipwayDev
import SlipwayTestSupport
import Testing

/// Options of a mount that say which interpreter it runs in.
@Suite struct PythonOptionTests {
  @Test(arguments: [
    ("shop", "shop"), ("\"\"", ""), ("\"%{GLOBAL}\"", ""), ("\"%{RESOURCE}\"", "|/a"),
  ])
  func anApplicationGroupIsAnInterpreter(text: String, group: String) throws {
    let mount = try mount(["application-group: \(text)"])
    #expect(mount.pythonOptions.group == group)
    #expect(mount.settings == (group.isEmpty ? [] : ["application-group: \(group)"]))
  }

  @Test func anInterpreterMayHaveAGILOfItsOwn() throws {
    let mount = try mount(["application-group: shop", "own-gil: true", "python-eggs: eggs"])
    #expect(mount.pythonOptions.hasOwnGIL)
    #expect(mount.pythonOptions.eggs?.hasSuffix("/eggs") == true)
  }

  @Test(arguments: [
    (
      ["application-group: \"%{SERVER}\""],
      "4:24: “%{SERVER}” is no application group here: there is one server, and a request cannot choose its "
        + "interpreter. Write a name, “%{RESOURCE}” for an interpreter of the mount’s own, or “%{GLOBAL}”."
    ),
    (
      ["application-group: \"a\\nb\""],
      "4:24: “a\\nb” has control characters in it. Write a name, such as shop."
    ),
    (
      ["own-gil: true"],
      "4:5: “own-gil” is for an interpreter beside the main one, and /a runs in that. "
        + "Add “application-group” with a name, or remove it."
    ),
    (
      ["debugger: debugpy", "application-group: shop"],
      "4:5: “debugger” serves the main interpreter, and /a runs in that of the group “shop”. "
        + "Remove “application-group” while the mount is debugged."
    ),
  ])
  func refusesWhatMakesNoSense(lines: [String], problem: String) throws {
    let problems = try withScratchDirectory(files: Self.files(lines)) { scratch in
      scratch.sources().failure?.problems.map(\.line) ?? []
    }
    #expect(problems == ["slipway.yaml:\(problem)"])
  }

  private func mount(_ lines: [String]) throws -> MountConfiguration {
    try withScratchDirectory(files: Self.files(lines)) { scratch in
      try #require(try scratch.sources().resolve().mounts.first)
    }
  }

  private static func files(_ lines: [String]) -> [String: String] {
    let options = lines.map { "    \($0)\n" }.joined()
    return [
      "app.py": "", "slipway.yaml": "mounts:\n  /a:\n    serve: wsgi:app.py\n\(options)",
    ]
  }
}
