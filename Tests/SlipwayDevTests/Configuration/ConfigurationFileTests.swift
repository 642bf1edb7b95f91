import SlipwayCore
import SlipwayDev
import Testing

/// What slipway.yaml may say, and how its mistakes are told.
@Suite(.timeLimit(.minutes(5)))
struct ConfigurationFileTests {
  private func configuration(_ yaml: String) throws -> DevConfiguration {
    try withScratchDirectory(files: ["slipway.yaml": yaml, "index.html": ""]) { scratch in
      try scratch.sources().resolve()
    }
  }

  private func problems(_ yaml: String) throws -> [String] {
    do {
      _ = try configuration(yaml)
      return []
    } catch let error as ConfigurationError {
      return error.problems.map(\.line)
    }
  }

  @Test func readsEverySetting() throws {
    try withScratchDirectory(files: [
      "slipway.yaml": """
      listen: [127.0.0.1:0, "[::1]:9000", unix:run/app.sock, fd:5]
      allowed-hosts: [app.test, .example.test]
      mounts:
        /: swift:.#Board
        /static/: files:~/public
      watch: false
      ignore:
        - "*.log"
        - cache/
      on-build-failure: previous
      hold-timeout: 1m
      grace: 500ms
      open: true
      generation-header: false
      log-format: json
      head-timeout: 1s
      body-timeout: 2s
      idle-timeout: 3s
      write-timeout: 4s
      head-limit: 32k
      request-line-limit: 8000
      field-limit: 50
      body-limit: 2G
      connection-limit: 100
      """
    ]) { scratch in
      let found = try scratch.sources(environment: ["HOME": "/home/ada"]).resolve()
      var expected = DevConfiguration(directory: scratch.path)
      expected.file = scratch.path + "/slipway.yaml"
      expected.listen = [
        .tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 9000),
        .unix(path: scratch.path + "/run/app.sock"), .descriptor(5),
      ]
      expected.allowedHosts = [.host("app.test"), .domain("example.test")]
      expected.mounts = [
        MountConfiguration(prefix: "/", target: .swift(package: scratch.path, product: "Board")),
        MountConfiguration(prefix: "/static", target: .files(directory: "/home/ada/public")),
      ]
      expected.isWatching = false
      expected.ignore = ["*.log", "cache/"]
      expected.onBuildFailure = .previous
      expected.holdTimeout = .seconds(60)
      expected.grace = .milliseconds(500)
      expected.opensBrowser = true
      expected.sendsGeneration = false
      expected.logFormat = .json
      expected.limits.headTimeout = .seconds(1)
      expected.limits.bodyTimeout = .seconds(2)
      expected.limits.idleTimeout = .seconds(3)
      expected.limits.writeTimeout = .seconds(4)
      expected.limits.head = 32_768
      expected.limits.requestLine = 8000
      expected.limits.fields = 50
      expected.limits.body = 2_147_483_648
      expected.limits.connections = 100
      #expect(found == expected)
    }
  }

  @Test(arguments: ["", "# nothing yet\n", "---\n", "{}", "\u{feff}", "---\n...\n"])
  func takesDefaultsFromAnEmptyFile(_ yaml: String) throws {
    let found = try configuration(yaml)
    #expect(found.listen == [.tcp(host: "127.0.0.1", port: 8080)])
    #expect(found.mounts.map(\.prefix) == ["/"])
  }

  @Test(arguments: [
    (
      "lisen: 127.0.0.1:1",
      "slipway.yaml:1:1: There is no setting “lisen”. Did you mean “listen”?"
    ),
    ("\n  Watch: true", "slipway.yaml:2:3: There is no setting “Watch”. Did you mean “watch”?"),
    ("open: yes", "slipway.yaml:1:7: “yes” is neither true nor false. Write true."),
    ("open:", "slipway.yaml:1:6: “open” has no value. Give it one, or remove the key."),
    ("open: [true]", "slipway.yaml:1:7: “open” is a list, but has to be one value."),
    ("grace: 500", "slipway.yaml:1:8: “500” is a number without a unit. Write 500ms or 500s."),
    (
      "grace: -1s",
      "slipway.yaml:1:8: “-1s” is not a duration. "
        + "Write a whole number and a unit: 500ms, 2s or 1m."
    ),
    ("grace: 2h", "slipway.yaml:1:8: “h” is not a unit of time. Write ms, s or m."),
    (
      "grace: 99999999999999999m",
      "slipway.yaml:1:8: “99999999999999999m” is longer than a day. Write 1440m for a day."
    ),
    (
      "head-timeout: 0s",
      "slipway.yaml:1:15: “0s” leaves no time at all. Write how long to wait, such as 30s."
    ),
    (
      "body-limit: 1GB",
      "slipway.yaml:1:13: “GB” is not a unit of size. "
        + "Write k, M or G, which are 1,024 bytes, 1,024k and 1,024M."
    ),
    ("head-limit: 1000", "slipway.yaml:1:13: “1000” is too small to work. Write 1024 or more."),
    (
      "connection-limit: 0",
      "slipway.yaml:1:19: “0” is not a number from 1 to 2147483647. "
        + "Write a whole number without a unit, such as 200."
    ),
    ("log-format: jsn", "slipway.yaml:1:13: “jsn” is not one of text, json. Did you mean json?"),
    (
      "mounts: [a]",
      "slipway.yaml:1:9: “mounts” is a list, but has to be a mapping. "
        + "Write each mount on a line below it: “  /static: files:public”."
    ),
    (
      "mounts: {/a: file:x}",
      "slipway.yaml:1:14: “file” is not a kind of mount. Did you mean files:DIRECTORY?"
    ),
    (
      "mounts: {/a: files:x, /a/: files:y}",
      "slipway.yaml:1:28: /a is given twice. Keep one of them."
    ),
    (
      "open: true\nwatch: true\nopen: false",
      "slipway.yaml:1:1: “open” is given twice in one mapping. Keep one of them."
    ),
    ("- a", "slipway.yaml:1:1: The file is a list. Write settings, such as “open: true”."),
    ("[1]: a", "slipway.yaml:1:1: A setting cannot be named by a list."),
    (
      "ignore:\n  - *.log",
      "slipway.yaml:2:6: This is not YAML: did not find expected alphabetic or numeric character."
        + " Quote a text that begins with *: \"*.log\"."
    ),
    (
      "open: &a true",
      "slipway.yaml:1:7: Anchors (&name) are not supported here. "
        + "Write the value out; quote an & that is just text."
    ),
    (
      "mounts:\n\t/: files:.",
      "slipway.yaml:2:1: This is not YAML: found character that cannot start any token."
        + " Indent with spaces, not with tabs."
    ),
    ("a: b\n---\nc: d", "slipway.yaml:2:1: This is not YAML: but found another document."),
  ])
  func refusesMistakesWithTheirPosition(_ yaml: String, _ problem: String) throws {
    #expect(try problems(yaml) == [problem])
  }

  @Test func tellsSeveralMistakesAtOnce() throws {
    let yaml = "lisen: a\nwatch: 3\ngrace: 1s\nlisten: [8080, localhost]\n"
    #expect(
      try problems(yaml).map { $0.prefix(16) }.map(String.init) == [
        "slipway.yaml:1:1", "slipway.yaml:2:8", "slipway.yaml:4:1", "slipway.yaml:4:1",
      ]
    )
  }

  @Test(arguments: [
    "a: &a [x,x]\nb: &b [*a,*a]\n? *b\n: c",
    String(repeating: "[", count: 60_000),
    String(repeating: "{a: ", count: 10_000),
    String(repeating: "- ", count: 30_000),
    String(repeating: "? ", count: 30_000),
    "open: \"\\0\"",
    "open: \u{0}",
    "mounts: {/: \"files:a\\0b\"}",
    "mounts: {\"/a\\x1b[2J\": files:x}",
    "open: !!binary x",
    "<<: {open: true}",
    "%TAG ! tag:x,2000:\n---\nopen: !foo x",
    "open: \"\\ud800\"",
    "\t",
    "open: 'x",
    "listen: \"127.0.0.1:99999999999999999999\"",
    "listen: fd:4294967299",
    "*a : b",
  ])
  func survivesHostileText(_ yaml: String) throws {
    let found = try problems(yaml)
    #expect(!found.isEmpty)
    #expect(!found.joined().contains { $0.unicodeScalars.contains { $0.value < 0x20 } })
  }

  @Test func refusesWhatIsNotUTF8OrTooLong() throws {
    try withScratchDirectory { scratch in
      try scratch.write([0x6f, 0xff, 0xfe], to: "slipway.yaml")
      #expect(scratch.sources().failure?.stableCode == "SW100")
      try scratch.write([UInt8](repeating: 0x20, count: 70_000), to: "slipway.yaml")
      #expect(scratch.sources().failure?.stableCode == "SW100")
    }
  }
}
