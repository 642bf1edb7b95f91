import SlipwayCore
import SlipwayDev
import Testing

/// What the mapping of a mount may say, and how its mistakes are told.
@Suite(.timeLimit(.minutes(5)))
struct MountOptionTests {
  private func mounts(_ yaml: String) throws -> [MountConfiguration] {
    try withScratchDirectory(files: ["slipway.yaml": yaml]) { scratch in
      try scratch.sources().resolve().mounts
    }
  }

  /// Of a file that mounts one directory of files with these lines; positions count from 1:1.
  private func mount(_ lines: String...) throws -> MountConfiguration {
    try #require(try mounts(Self.yaml(lines)).first)
  }

  private static func yaml(_ lines: [String]) -> String {
    "mounts:\n  /a:\n    serve: files:.\n" + lines.map { "    \($0)\n" }.joined()
  }

  private func problems(_ yaml: String) throws -> [String] {
    try withScratchDirectory(files: ["slipway.yaml": yaml]) { scratch in
      scratch.sources().failure?.problems.map(\.line) ?? []
    }
  }

  // MARK: What is understood

  @Test func readsEveryOption() throws {
    let found = try mount(
      "index: [index.html, index.htm]",
      "list-directories: true",
      "fallback: app/./index.html",
      "not-found: 40x.html",
      "follow-links: true",
      "dot-files: true",
      "cache-control: max-age=60, public",
      "precompressed: false",
      "allow: [local, 10.0.0.0/8]",
      "deny: all",
      "order: deny,allow",
      "methods: [GET, POST]",
      "headers: {X-Frame-Options: DENY, Link: [</a>, </b>]}",
      "body-limit: 10M",
      "live-reload: false"
    )
    var files = FilesOptions()
    files.index = ["index.html", "index.htm"]
    files.listsDirectories = true
    files.fallback = "app/index.html"
    files.notFoundPage = "40x.html"
    files.followsLinksOut = true
    files.showsDotFiles = true
    files.cacheControl = "max-age=60, public"
    files.sendsPrecompressed = false
    #expect(found.filesOptions == files)
    var rules = MountRules()
    rules.access = AccessRules(
      order: .denyAllow,
      allow: [try AccessRule(parsing: "local"), try AccessRule(parsing: "10.0.0.0/8")],
      deny: [try AccessRule(parsing: "all")]
    )
    rules.methods = ["GET", "POST"]
    rules.responseFields = [
      .init(name: "X-Frame-Options", value: "DENY"), .init(name: "Link", value: "</a>"),
      .init(name: "Link", value: "</b>"),
    ]
    rules.bodyLimit = 10 << 20
    rules.reloadsLive = false
    #expect(found.rules == rules)
    #expect(
      found.settings == [
        "deny: all, but allow: local, 10.0.0.0/8", "methods: GET, POST",
        "headers: X-Frame-Options: DENY", "headers: Link: </a>", "headers: Link: </b>",
        "body-limit: 10485760 bytes", "live-reload: false", "index: index.html, index.htm",
        "list-directories: true", "fallback: app/index.html", "not-found: 40x.html",
        "follow-links: true", "dot-files: true", "cache-control: max-age=60, public",
        "precompressed: false",
      ]
    )
  }

  @Test func aMountThatSaysNothingMoreHasTheDefaults() throws {
    let long = try mount()
    let short = try #require(try mounts("mounts: {/a: files:.}").first)
    #expect(long.rules == MountRules())
    #expect(long.filesOptions == FilesOptions())
    #expect(long.settings.isEmpty)
    #expect(long.target != short.target || long.prefix == short.prefix)
  }

  @Test func anApplicationTakesTheRulesOfEveryMount() throws {
    let found = try #require(
      try mounts("mounts: {/: {serve: swift:.#App, allow: local, methods: GET}}").first
    )
    #expect(found.settings == ["allow: local; all others are denied", "methods: GET"])
  }

  /// Alone, each list is meant as it reads; both need Apache's order.
  @Test(
    arguments: [
      (["allow: local"], AccessRules.Order.allowDeny), (["deny: 10.1"], .denyAllow),
      (["allow: all", "deny: 10.1", "order: allow,deny"], .allowDeny),
      (["allow: 10.1", "deny: all", "order: deny,allow"], .denyAllow),
      (["deny: all", "order: allow,deny"], .allowDeny),
      (["order: Deny, Allow", "allow: all"], .denyAllow),
      (["order: [deny, allow]", "deny: all"], .denyAllow),
      (["allow: all", "deny: 10.1", "order: mutual-failure"], .allowDeny),
    ]
  )
  func knowsTheOrderOfAllowAndDeny(lines: [String], order: AccessRules.Order) throws {
    let found = try #require(try mounts(Self.yaml(lines)).first)
    #expect(found.rules.access?.order == order)
  }

  @Test(
    arguments: [
      ("false", nil), ("./false", "false"), ("a/b.html", "a/b.html"), ("a//./b", "a/b"),
      ("\"..html\"", "..html"),
    ]
  )
  func namesFilesFromTheMountedDirectory(text: String, name: String?) throws {
    let found = try mount("fallback: \(text)", "not-found: \(text)").filesOptions
    #expect(found.fallback == name)
    #expect(found.notFoundPage == name)
  }

  @Test func anEmptyListOfIndexFilesMeansNone() throws {
    let found = try mount("index: []")
    #expect(found.filesOptions.index.isEmpty)
    #expect(found.settings == ["index: none"])
  }

  // MARK: What is not

  @Test(
    arguments: [
      (
        "indx: a", "4:5: A mount has no option “indx”. Did you mean “index”?"
      ),
      ("Index: a", "4:5: A mount has no option “Index”. Did you mean “index”?"),
      (
        "DirectoryIndex: a", "4:5: A mount has no option “DirectoryIndex”. Did you mean “index”?"
      ),
      ("Require: all", "4:5: A mount has no option “Require”. Did you mean “allow”?"),
      (
        "LimitRequestBody: 3",
        "4:5: A mount has no option “LimitRequestBody”. Did you mean “body-limit”?"
      ),
      (
        "zzz: 3",
        "4:5: A mount has no option “zzz”. The options of “/a” are serve, allow, deny, order, "
          + "methods, headers, body-limit, live-reload, index, list-directories, fallback, "
          + "not-found, follow-links, dot-files, cache-control, precompressed, "
          + "python-path, python-home, callable-object, threads, queue-timeout, "
          + "request-timeout, environment, validate, debugger, pydev-path, pydev-server, "
          + "application-group, own-gil, python-eggs."
      ),
      ("[x]: 3", "4:5: A name in “/a” is a list, but has to be text."),
      ("allow:", "4:11: “allow” has no value. Give it one, or remove the key."),
      ("allow: {x: y}", "4:12: “allow” is a mapping, but has to be one value."),
      ("allow: [[local]]", "4:13: “allow” is a list, but has to be one value."),
      ("dot-files: [true]", "4:16: “dot-files” is a list, but has to be one value."),
      ("dot-files: yes", "4:16: “yes” is neither true nor false. Write true."),
      (
        "headers: [a]",
        "4:14: “headers” is a list, but has to be a mapping. "
          + "Write a name, a colon and a value on each line below it."
      ),
      ("headers: {X: {y: z}}", "4:18: “X” is a mapping, but has to be one value."),
      (
        "allow: [local, example.org]",
        "4:20: “example.org” means nobody: host names are not looked up, for whoever asks also "
          + "owns the answer. Write an address or a network, such as 192.168.0.0/16, or all, or "
          + "local."
      ),
      (
        "deny: 10.0.0.0/33",
        "4:11: “10.0.0.0/33” means nobody: what follows its slash is not a number of bits. "
          + "Write a number from 0 to 32."
      ),
      (
        "order: random",
        "4:12: “random” is not an order. "
          + "Write allow,deny or deny,allow: the last one has the last word."
      ),
      (
        "order: deny,allow",
        "4:5: “order” orders nothing: neither “allow” nor “deny” is given. "
          + "Remove it, or write “deny: all”."
      ),
      (
        "methods: [GET, post]", "4:20: “post” is not a method: their case matters. Write POST."
      ),
      (
        "methods: GET POST", "4:14: “GET POST” is not a method. Write a list, such as [GET, POST]."
      ),
      ("methods: []", "4:5: “methods” is empty: nothing could be asked for. Remove it."),
      (
        "headers: {Connection: close}",
        "4:27: “Connection” belongs to the connection, and only the server sets it."
      ),
      (
        "headers: {\"X y\": z}",
        "4:22: “X y” is not the name of a header. Write a name such as X-Robots-Tag."
      ),
      (
        "headers: {X-A: \"a\\nb\"}",
        "4:20: The value of “X-A” begins or ends with a space, or has a control character. "
          + "Write it on one line."
      ),
      (
        "headers: {X-A: a, x-a: b}",
        "4:28: “x-a” is given twice, in two spellings. "
          + "Keep one of them; several values of one field are a list."
      ),
      (
        "body-limit: 10x",
        "4:17: “x” is not a unit of size. Write k, M or G, which are 1,024 bytes, 1,024k and "
          + "1,024M."
      ),
      (
        "index: a/b.html",
        "4:12: “a/b.html” is not the name of a file. "
          + "Write a name without slashes, such as index.html."
      ),
      (
        "fallback: ../x",
        "4:15: “../x” leads out of the mounted directory. "
          + "Write the path of a file in it, such as index.html."
      ),
      (
        "not-found: /x",
        "4:16: “/x” is not a file in the mounted directory. "
          + "Write its path from there, such as index.html, or false for none."
      ),
      (
        "cache-control: \"\"",
        "4:20: “” is not a value of Cache-Control. "
          + "Write directives, such as “no-cache” or “max-age=60, public”."
      ),
      ("serve: files:x", "3:5: “serve” is given twice in one mapping. Keep one of them."),
    ]
  )
  func refusesMistakesWithTheirPosition(_ line: String, _ problem: String) throws {
    #expect(try problems(Self.yaml([line])) == ["slipway.yaml:\(problem)"])
  }

  @Test(
    arguments: [
      (
        "allow: 10.1\n    deny: 10.1.1.1",
        "5:5: “allow” and “deny” need an “order”: whom both mean, and whom neither means, is open. "
          + "Write “order: allow,deny” for allow but deny, or “order: deny,allow”."
      ),
      (
        "order: deny,allow\n    allow: 10.1",
        "5:5: “order: deny,allow” without “deny” lets everybody in, so “allow” is of no account. "
          + "Add “deny: all”, or remove “order”."
      ),
    ]
  )
  func refusesAccessThatCannotBeMeant(_ lines: String, _ problem: String) throws {
    #expect(try problems(Self.yaml([lines])) == ["slipway.yaml:\(problem)"])
  }

  @Test(
    arguments: [
      (
        "mounts: {/a: {}}",
        "1:14: “/a” does not say what is served. Add a line such as “serve: files:public”."
      ),
      (
        "mounts: {/a: {allow: local}}",
        "1:14: “/a” does not say what is served. Add a line such as “serve: files:public”."
      ),
      ("mounts: {/a: [files:.]}", "1:14: “/a” is a list, but has to be one value."),
      ("mounts: {/a: {serve: [files:.]}}", "1:22: “serve” is a list, but has to be one value."),
      (
        "mounts: {/a: {serve: swift:., index: x}}",
        "1:31: “index” is for files, and /a is an application. "
          + "Remove it, or mount the files under a prefix of their own."
      ),
      (
        "mounts: {/a: {serve: fils:x}}",
        "1:22: “fils” is not a kind of mount. Did you mean files:DIRECTORY?"
      ),
      (
        "mounts: {/a: {serve: files:x}, /a/: {serve: files:y}}",
        "1:45: /a is given twice. Keep one of them."
      ),
      (
        "mounts: {/b%C3%BCro: files:x}",
        "1:22: “/b%C3%BCro” is not a prefix: it has a percent sign. "
          + "Write “/büro”: escapes are for URLs."
      ),
      (
        "mounts: {/a%2Fb: files:x}",
        "1:18: “/a%2Fb” is not a prefix: it has a percent sign. "
          + "A prefix is plain text, without escapes."
      ),
    ]
  )
  func refusesMountsWithTheirPosition(_ yaml: String, _ problem: String) throws {
    #expect(try problems(yaml) == ["slipway.yaml:\(problem)"])
  }

  @Test func tellsTheMistakesOfAllMountsAtOnce() throws {
    let yaml = """
      mounts:
        /a:
          serve: files:.
          alow: all
          methods: [get]
        /b: {deny: all}
        /c: fils:x
        /d: {serve: swift:., index: x, deny: x.y}
      """
    let positions = try problems(yaml)
      .map { $0.split(separator: " ")[0].dropFirst(13).dropLast() }.map(String.init)
    #expect(positions == ["4:5", "6:7", "5:15", "7:7", "8:24", "8:40"])
  }

  @Test func aFileFullOfMistakesIsToldInAScreenful() throws {
    let keys = (0..<5_000).map { "    k\($0): x\n" }.joined()
    try withScratchDirectory(files: ["slipway.yaml": Self.yaml([]) + keys]) { scratch in
      let error = try #require(scratch.sources().failure)
      #expect(error.message.split(separator: "\n").count == 22)
      #expect(error.message.hasSuffix(" more"))
    }
  }
}
