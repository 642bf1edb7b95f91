import SlipwayDev
import SlipwayTestSupport
import Testing

/// What a mount of the kind `wsgi` names, and what is recognised without one.
@Suite struct PythonTargetTests {
  @Test(arguments: [
    ("app.py", "app", nil, ""),
    ("app.py:create_app()", "app", "create_app()", ""),
    ("shop/site/wsgi.py", "shop.site.wsgi", nil, ""),
    ("scripts/run.py", "run", nil, "/scripts"),
    ("legacy.wsgi", nil, nil, ""),
    ("legacy.wsgi:main.app", nil, "main.app", ""),
    ("my-app.py", nil, nil, ""),
    ("shop.site.wsgi:application", "shop.site.wsgi", "application", ""),
  ])
  func understands(text: String, module: String?, callable: String?, root: String) throws {
    try SlipwayTestSupport.withScratchDirectory(named: "python") { scratch in
      try scratch.write("", to: "shop/__init__.py")
      try scratch.write("", to: "shop/site/__init__.py")
      try scratch.write("", to: "shop/site/wsgi.py")
      try scratch.write("mounts:\n  /: wsgi:\(text)\n", to: "slipway.yaml")
      let configuration = try Self.configuration(in: scratch)
      guard case .wsgi(let target) = configuration.mounts[0].target else {
        Issue.record("\(configuration.mounts)")
        return
      }
      #expect(target.module == module)
      #expect(target.callable == callable)
      #expect(target.root == scratch.path + root)
    }
  }

  @Test(arguments: ["9lives", "a b", "app.py:two words", "app.py:", "", ":application", "a..b"])
  func refuses(text: String) throws {
    try SlipwayTestSupport.withScratchDirectory(named: "python") { scratch in
      try scratch.write("mounts:\n  /: \"wsgi:\(text)\"\n", to: "slipway.yaml")
      #expect(throws: ConfigurationError.self) { try Self.configuration(in: scratch) }
    }
  }

  /// Settings are a module or, with one for each place where the project runs, a package.
  @Test(arguments: ["shop.settings", "shop.settings.dev"])
  func aDjangoProjectIsRecognised(settings: String) throws {
    try SlipwayTestSupport.withScratchDirectory(named: "python") { scratch in
      try scratch.write(
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', '\(settings)')\n",
        to: "manage.py"
      )
      try scratch.write("", to: "shop/wsgi.py")
      try scratch.write("", to: "app.py")
      #expect(try Self.served(in: scratch)?.module == "shop.wsgi")
    }
  }

  @Test(arguments: [
    (["app.py"], "app.py"), (["app.py", "wsgi.py"], "wsgi.py"),
    (["wsgi.py", "site.wsgi"], "site.wsgi"), (["a.wsgi", "b.wsgi", "app.py"], "app.py"),
  ])
  func scriptsAreRecognised(files: [String], served: String) throws {
    try SlipwayTestSupport.withScratchDirectory(named: "python") { scratch in
      for file in files { try scratch.write("", to: file) }
      #expect(try Self.served(in: scratch)?.file == scratch.path + "/" + served)
    }
  }

  @Test(arguments: ["app.py", "app.py:app", "app:app"])
  func anArgumentNamesTheApplication(argument: String) throws {
    try SlipwayTestSupport.withScratchDirectory(named: "python") { scratch in
      try scratch.write("", to: "app.py")
      var flags = ConfigurationSources.Flags()
      flags.path = argument
      let configuration = try Self.configuration(in: scratch, flags)
      #expect(configuration.directory == scratch.path)
      guard case .wsgi(let target) = configuration.mounts[0].target else {
        Issue.record("\(configuration.mounts)")
        return
      }
      #expect(target.module == "app")
    }
  }

  @Test func optionsAreOfPythonOnly() throws {
    try SlipwayTestSupport.withScratchDirectory(named: "python") { scratch in
      let text = """
        mounts:
          /:
            serve: wsgi:app.py
            python-path: [lib, /opt/x]
            threads: 3
            request-timeout: 5s
            environment: {A: "1"}
        """
      try scratch.write(text, to: "slipway.yaml")
      let options = try Self.configuration(in: scratch).mounts[0].pythonOptions
      #expect(options.path == [scratch.path + "/lib", "/opt/x"])
      #expect(options.threads == 3)
      #expect(options.requestTimeout == .seconds(5))
      #expect(options.environment == ["A": "1"])
      try scratch.write(text.replacing("wsgi:app.py", with: "files:."), to: "slipway.yaml")
      #expect(throws: ConfigurationError.self) { try Self.configuration(in: scratch) }
    }
  }

  private static func served(in scratch: SlipwayTestSupport.ScratchDirectory) throws
    -> PythonTarget?
  {
    let mount = try configuration(in: scratch).mounts[0]
    if case .wsgi(let target) = mount.target { return target }
    return nil
  }

  private static func configuration(
    in scratch: SlipwayTestSupport.ScratchDirectory,
    _ flags: ConfigurationSources.Flags = .init()
  ) throws -> DevConfiguration {
    try ConfigurationSources(
      flags: flags,
      environment: [:],
      workingDirectory: scratch.path,
      processID: 1
    )
    .resolve()
  }
}
