import SlipwayCore
import SlipwayDev
import SlipwaySystem
import Testing

/// Which source counts more, and what is served where nothing is said.
@Suite(.timeLimit(.minutes(5)))
struct ConfigurationSourcesTests {
  @Test func flagsCountMoreThanEnvironmentMoreThanFileMoreThanDefaults() throws {
    try withScratchDirectory(files: [
      "slipway.yaml": "hold-timeout: 10s\ngrace: 10s\nopen: true\n", "index.html": "",
    ]) { scratch in
      let found =
        try scratch.sources(
          environment: ["SLIPWAY_HOLD_TIMEOUT": "20s", "SLIPWAY_GRACE": "20s"]
        ) { $0.settings[.grace] = ["30s"] }
        .resolve()
      #expect(found.grace == .seconds(30))
      #expect(found.holdTimeout == .seconds(20))
      #expect(found.opensBrowser)
      #expect(found.isWatching)
    }
  }

  @Test func aHigherSourceReplacesListsAsAWhole() throws {
    try withScratchDirectory(files: [
      "slipway.yaml": "mounts: {/: 'files:a', /b: 'files:b'}\nlisten: [a:1, b:2]"
    ]) { scratch in
      let found =
        try scratch.sources(environment: ["SLIPWAY_LISTEN": "c:3, d:4"]) {
          $0.settings[.mounts] = ["/c=files:c"]
        }
        .resolve()
      #expect(found.mounts.map(\.prefix) == ["/c"])
      #expect(found.listen == [.tcp(host: "c", port: 3), .tcp(host: "d", port: 4)])
    }
  }

  @Test func errorsNameTheirSource() throws {
    try withScratchDirectory(files: ["slipway.yaml": "grace: x", "index.html": ""]) { scratch in
      let sources = scratch.sources(environment: ["SLIPWAY_GRACE": "y"]) {
        $0.settings[.grace] = ["z"]
        $0.settings[.mounts] = ["/static"]
      }
      #expect(
        sources.failure?.problems.map(\.origin)
          == ["slipway.yaml:1:8", "--mount", "SLIPWAY_GRACE", "--grace"]
      )
    }
  }

  @Test(arguments: [
    (["Package.swift": ""], "swift"), (["index.html": ""], "files"),
    (["Package.swift": "", "index.html": ""], "swift"),
    (["Package.swift": "", "slipway.yaml": "open: true"], "swift"),
  ])
  func servesWhatIsThereWithoutMounts(_ files: [String: String], _ kind: String) throws {
    try withScratchDirectory(files: files) { scratch in
      let target: MountConfiguration.Target =
        kind == "swift"
        ? .swift(package: scratch.path, product: nil) : .files(directory: scratch.path)
      let mounts = try scratch.sources().resolve().mounts
      #expect(mounts == [MountConfiguration(prefix: "/", target: target)])
    }
  }

  @Test func saysWhatToDoWhereNothingCanBeServed() throws {
    try withScratchDirectory { scratch in
      let error = scratch.sources().failure
      #expect(error?.stableCode == "SW105")
      #expect(error?.remedy?.contains("index.html") == true)
    }
  }

  @Test func takesAFileInPlaceOfADirectory() throws {
    try withScratchDirectory(files: ["other.yaml": "mounts: {/: 'files:www'}"]) { scratch in
      for change in [
        { (flags: inout ConfigurationSources.Flags) in flags.path = "other.yaml" },
        { (flags: inout ConfigurationSources.Flags) in flags.file = "other.yaml" },
        { (flags: inout ConfigurationSources.Flags) in
          flags.path = "/"
          flags.file = "./other.yaml"
        },
      ] {
        let found = try scratch.sources(change).resolve()
        #expect(found.file == scratch.path + "/other.yaml")
        #expect(found.mounts.first?.target == .files(directory: scratch.path + "/www"))
      }
    }
  }

  @Test(arguments: [
    ("missing", "SW106"), ("plain.txt", "SW106"), ("gone.yaml", "SW106"), ("", "SW106"),
  ])
  func refusesAPathThatIsNeither(_ path: String, _ code: String) throws {
    try withScratchDirectory(files: ["plain.txt": ""]) { scratch in
      #expect(scratch.sources { $0.path = path }.failure?.stableCode == code)
    }
  }

  @Test func doesNotPassOverAMisnamedFile() throws {
    try withScratchDirectory(files: ["slipway.yml": "", "index.html": ""]) { scratch in
      #expect(scratch.sources().failure?.stableCode == "SW100")
    }
  }

  @Test(arguments: [
    ("2", "4242", [ListenAddress.descriptor(3), .descriptor(4)]),
    ("2", "4243", [.tcp(host: "file", port: 1)]),
    ("0", "4242", [.tcp(host: "file", port: 1)]),
    ("", "4242", [.tcp(host: "file", port: 1)]),
  ])
  func takesInheritedSocketsThatAreMeantForIt(
    _ count: String,
    _ pid: String,
    _ expected: [ListenAddress]
  ) throws {
    try withScratchDirectory(files: ["slipway.yaml": "listen: file:1", "index.html": ""]) {
      scratch in
      let environment = ["LISTEN_FDS": count, "LISTEN_PID": pid]
      let listen = try scratch.sources(environment: environment).resolve().listen
      #expect(listen == expected)
      let flagged = scratch.sources(environment: environment) {
        $0.settings[.listen] = ["flag:2"]
      }
      let flaggedListen = try flagged.resolve().listen
      #expect(flaggedListen == [.tcp(host: "flag", port: 2)])
    }
  }

  @Test(arguments: ["-1", "x", "99999999999", "2147483647"])
  func refusesAnImpossibleNumberOfInheritedSockets(_ count: String) throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let sources = scratch.sources(environment: ["LISTEN_FDS": count, "LISTEN_PID": "4242"])
      #expect(sources.failure?.stableCode == "SW107")
    }
  }

  @Test(arguments: [
    ("127.0.0.1:8080", ListenAddress.tcp(host: "127.0.0.1", port: 8080)),
    ("localhost:0", .tcp(host: "localhost", port: 0)),
    ("[fe80::1%eth0]:65535", .tcp(host: "fe80::1%eth0", port: 65535)),
    ("unix:/run/a b.sock", .unix(path: "/run/a b.sock")),
    ("unix:~/a.sock", .unix(path: "/home/ada/a.sock")),
    ("fd:3", .descriptor(3)),
  ])
  func understandsAddresses(_ text: String, _ address: ListenAddress) throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let sources = scratch.sources(environment: ["HOME": "/home/ada"]) {
        $0.settings[.listen] = [text]
      }
      let listen = try sources.resolve().listen
      #expect(listen == [address])
    }
  }

  @Test(arguments: [
    "", ":80", "8080", "localhost", "localhost:", "localhost:65536", "localhost:+1", "::1:80",
    "[::1]", "[]:80", "[x]:80", "http://localhost:80", "a b:80", "host/x:80", "fd:", "fd:2",
    "fd:-1",
    "fd:x", "unix:", "unix:" + String(repeating: "x", count: 120), "ex\u{1b}:80", "host:８０",
  ])
  func refusesAddresses(_ text: String) throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      #expect(scratch.sources { $0.settings[.listen] = [text] }.failure?.stableCode == "SW103")
    }
  }

  @Test(arguments: ["", "4711", "localhost", ":4711", "localhost:x", "unix:", "fd:3"])
  func refusesDebugSocketsAndSaysWhatToWrite(_ text: String) throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let failure = scratch.sources { $0.settings[.debugSocket] = [text] }.failure
      #expect(failure?.stableCode == "SW103")
      #expect(failure?.remedy == "Write HOST:PORT, such as 127.0.0.1:4711, unix:PATH or off.")
    }
  }

  @Test(arguments: [
    ("app.test", HostPattern.host("app.test")), ("APP.test.", .host("app.test")),
    (".app.test", .domain("app.test")), ("*.app.test", .domain("app.test")), ("all", .all),
    ("*", .all),
  ])
  func understandsHosts(_ text: String, _ pattern: HostPattern) throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let flagged = try scratch.sources { $0.settings[.allowedHosts] = [text] }.resolve()
      #expect(flagged.allowedHosts == [pattern])
      let environment = try scratch.sources(environment: ["SLIPWAY_ALLOWED_HOST": text]).resolve()
      #expect(environment.allowedHosts == [pattern])
    }
  }

  @Test(arguments: [
    ("http://app.test", "host alone"), ("app.test/x", "host alone"), ("app.test:80", "port"),
    ("bücher.test", "ASCII"), ("a b", "all"), ("a.*.test", "all"), ("127.1", "all"),
  ])
  func refusesHostsAndSaysWhatToWrite(_ text: String, _ hint: String) throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let failure = scratch.sources { $0.settings[.allowedHosts] = [text] }.failure
      #expect(failure?.stableCode == "SW103")
      #expect(failure?.description.contains(hint) == true, "\(failure?.description ?? "")")
    }
  }

  @Test(arguments: [
    ("/=files:.", "/", MountConfiguration.Target.files(directory: "/w")),
    ("/a/b/=files:/x/../y", "/a/b", .files(directory: "/y")),
    ("/a=files:x=y", "/a", .files(directory: "/w/x=y")),
    ("/a=swift:app", "/a", .swift(package: "/w/app", product: nil)),
    ("/büro/=files:x", "/büro", .files(directory: "/w/x")),
    ("/my files/[1]=files:x", "/my files/[1]", .files(directory: "/w/x")),
    ("/a\u{338}/\u{338}b=files:x", "/a\u{338}/\u{338}b", .files(directory: "/w/x")),
    ("/~ada/v1.2=swift:./app#App", "/~ada/v1.2", .swift(package: "/w/app", product: "App")),
  ])
  func understandsMounts(
    _ text: String,
    _ prefix: String,
    _ target: MountConfiguration.Target
  ) throws {
    var flags = ConfigurationSources.Flags()
    flags.path = "/"
    flags.settings[.mounts] = [text]
    let sources = ConfigurationSources(
      flags: flags,
      environment: [:],
      workingDirectory: "/w",
      processID: 4242
    )
    let mounts = try sources.resolve().mounts
    #expect(mounts == [MountConfiguration(prefix: prefix, target: target)])
  }

  @Test(arguments: [
    "", "/", "=files:x", "a=files:x", "//=files:x", "/a//b=files:x", "/../x=files:x",
    "/a?b=files:x",
    "/a%2f=files:x", "/a%20b=files:x", "/a#b=files:x", "/a\\b=files:x",
    "/a\tb=files:x", "/a\u{202e}b=files:x", "/%=files:x", "/a//=files:x",
    "/_slipway=files:x", "/_slipway/x=files:x",
    "/a=", "/a=x", "/a=files:", "/a=swift:x#", "/a=swift:", "/a=cgi:x", "/a=files:a\0b",
  ])
  func refusesMounts(_ text: String) throws {
    try withScratchDirectory { scratch in
      #expect(scratch.sources { $0.settings[.mounts] = [text] }.failure?.stableCode == "SW103")
    }
  }
}
