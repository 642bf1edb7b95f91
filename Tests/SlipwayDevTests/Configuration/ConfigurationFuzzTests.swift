import FoundationEssentials
import SlipwayCore
import SlipwayDev
import SlipwayTestSupport
import Testing

/// Whatever stands in slipway.yaml, it is understood or told with its place: nothing traps, hangs,
/// or gets past unnoticed. Seeded, so that a failure repeats.
@Suite(.timeLimit(.minutes(5)))
struct ConfigurationFuzzTests {
  /// What the first text is made into.
  private static let valid = [
    "listen: [127.0.0.1:0, \"[::1]:9000\", unix:run/app.sock]\nwatch: true\nignore: [\"*.log\"]\n"
      + "grace: 2s\nhold-timeout: 1m\nopen: false\nmounts:\n  /: files:.\n  /a: files:public\n",
    """
    mounts:
      /:
        serve: swift:.#App
        allow: [local, 10.0.0.0/8, "::1", 2001:db8::/32]
        deny: all
        order: deny,allow
        methods: [GET, POST]
        headers:
          X-Frame-Options: DENY
          Link: [</a>, </b>]
        body-limit: 10M
        live-reload: false
      /büro:
        serve: files:public
        index: [index.html, index.htm]
        list-directories: true
        fallback: app/index.html
        not-found: false
        follow-links: true
        dot-files: false
        cache-control: "max-age=60, public"
        precompressed: true

    """,
    "mounts: {/a: {serve: files:., allow: local, headers: {X-A: b}}, /b: swift:app}\n",
  ]

  /// What is put in at random places.
  private static let tokens = [
    ":", ": ", "\n", "\n  ", "- ", "[", "]", "{", "}", ",", "\"", "'", "#", "|\n", ">\n", "? ",
    "!!",
    "*a ", "& ", "%", "@", "`", "\t", "\0", "\u{85}", "\u{2028}", "\u{feff}", "\u{202e}", "~",
    "null",
    "true", "---\n", "...\n", "<<", "\\", "é", "\u{301}", "😀", "1e9999", "-0", "0x",
    "99999999999999",
    "serve", "allow", "deny", "order", "headers", "index", "all", "10.0.0.0/8", "::/0", "/",
    "files:", "swift:", "..", "Connection", "methods",
  ]

  @Test func survivesWhatHasBeenMutated() throws {
    var generator = SeededGenerator(seed: 101)
    var outcomes = Outcomes()
    try withScratchDirectory { scratch in
      for round in 0..<1_500 {
        var bytes = Array(Self.valid[round % Self.valid.count].utf8)
        for _ in 0...Int.random(in: 0..<3, using: &generator) { Self.mutate(&bytes, &generator) }
        try expectAnAnswer(bytes, in: scratch, &outcomes)
      }
    }
    // Both ways have been gone, or nothing has been tested.
    #expect(outcomes.understood > 50)
    #expect(outcomes.refused > 500)
  }

  @Test func survivesStructuresOfEveryKind() throws {
    var generator = SeededGenerator(seed: 102)
    var outcomes = Outcomes()
    try withScratchDirectory { scratch in
      for _ in 0..<1_500 {
        let text = "mounts:\n" + Self.mounts(&generator)
        try expectAnAnswer(Array(text.utf8), in: scratch, &outcomes)
      }
    }
    #expect(outcomes.understood > 50)
    #expect(outcomes.refused > 500)
  }

  @Test(
    arguments: [
      "mounts: {/a: {serve: " + String(repeating: "[", count: 60_000),
      "mounts: {/a: {allow: " + String(repeating: "{a: ", count: 15_000),
      "mounts:\n  /a:\n    serve: files:.\n    headers:\n"
        + (0..<3_000).map { "      X-\($0): a\n" }.joined() + "      Date: x\n",
      "mounts:\n  /a:\n    serve: files:.\n"
        + (0..<4_000).map { "    k\($0): a\n" }.joined(),
      "mounts:\n" + (0..<3_000).map { "  /\($0): files:.\n" }.joined() + "  /0/: files:.\n",
      "mounts: {/a: {serve: files:., allow: ["
        + String(repeating: "10.0.0.1, ", count: 6_000) + "x.y]}}",
      "mounts: {/" + String(repeating: "é/", count: 20_000) + "/: files:.}",
      "mounts: {/a: {serve: files:., order: " + String(repeating: "a", count: 60_000) + "}}",
      "mounts: {/a: {serve: files:., fallback: " + String(repeating: "../", count: 20_000) + "}}",
      "mounts: {/a: {serve: files:., body-limit: " + String(repeating: "9", count: 60_000) + "}}",
      "mounts: {/a: {serve: files:., " + String(repeating: "k", count: 60_000) + ": x}}",
      String(repeating: "mounts:\n  ", count: 6_000),
      "? [" + String(repeating: "{? ", count: 10_000),
    ]
  )
  func survivesHostileSizes(_ yaml: String) throws {
    var outcomes = Outcomes()
    try withScratchDirectory { scratch in
      try expectAnAnswer(Array(yaml.utf8), in: scratch, &outcomes)
    }
    #expect(outcomes.refused == 1)
  }

  // MARK: - What is expected

  private struct Outcomes {
    var understood = 0
    var refused = 0
  }

  private func expectAnAnswer(
    _ bytes: [UInt8],
    in scratch: ScratchDirectory,
    _ outcomes: inout Outcomes
  ) throws {
    try scratch.write(bytes, to: "slipway.yaml")
    let text = String(decoding: bytes, as: UTF8.self).prefix(2_000).debugDescription
    do {
      let configuration = try scratch.sources(environment: ["HOME": "/home/ada"]).resolve()
      outcomes.understood += 1
      try expectSound(configuration, text)
    } catch let error as ConfigurationError {
      outcomes.refused += 1
      let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
      let lines =
        1 + String(decoding: bytes, as: UTF8.self).unicodeScalars.count(where: breaks.contains)
      for problem in error.problems { expectPlaced(problem, lines: lines, text) }
    }
  }

  /// What the file is told to mean can be handed to the next generation, and served.
  private func expectSound(_ configuration: DevConfiguration, _ text: String) throws {
    let json = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(DevConfiguration.self, from: json) == configuration, "\(text)")
    for mount in configuration.mounts {
      #expect(mount.prefix.utf8.first == UInt8(ascii: "/"), "\(text)")
      #expect(!mount.prefix.contains("//") && !mount.prefix.contains("%"), "\(text)")
      #expect(mount.rules.responseFields.allSatisfy { $0.unfitness == nil }, "\(text)")
      #expect(mount.rules.methods?.isEmpty != true, "\(text)")
      #expect((mount.rules.bodyLimit ?? 0) >= 0, "\(text)")
      let files = [mount.filesOptions.fallback, mount.filesOptions.notFoundPage].compactMap(\.self)
      for name in files + mount.filesOptions.index {
        #expect(name.utf8.first != UInt8(ascii: "/") && !name.utf8.contains(0), "\(text)")
        #expect(!name.split(separator: "/").contains(".."), "\(text)")
      }
    }
    let table = MountTable(MountPlan(configuration).mounts)
    for mount in table.mounts {
      let target = PercentEncoding.encode(path: mount.prefix)
      guard case .found(let found, _, _) = table.resolve(target) else {
        Issue.record("\(target) is not found: \(text)")
        continue
      }
      #expect(found == mount, "\(text)")
    }
  }

  /// A problem has a line and a column, and nothing in it steers a terminal.
  private func expectPlaced(_ problem: ConfigurationError.Problem, lines: Int, _ text: String) {
    let isSafe = problem.line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    #expect(isSafe, "\(text)")
    // The file as a whole: not UTF-8, too long, nothing in it.
    if problem.code == .fileUnreadable || problem.code == .nothingToServe { return }
    let parts = problem.origin?.split(separator: ":") ?? []
    guard parts.count == 3, parts[0] == "slipway.yaml", let line = Int(parts[1]),
      let column = Int(parts[2])
    else {
      Issue.record("\(problem.origin ?? "nil") is no place: \(text)")
      return
    }
    #expect(line >= 1 && line <= lines + 1 && column >= 1, "\(problem.line) in \(text)")
  }

  // MARK: - Texts

  private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    func place(_ generator: inout SeededGenerator) -> Int {
      Int.random(in: 0...bytes.count, using: &generator)
    }
    func span(_ generator: inout SeededGenerator) -> Range<Int> {
      let start = place(&generator)
      return start..<min(bytes.count, start + Int.random(in: 0...24, using: &generator))
    }
    switch Int.random(in: 0..<7, using: &generator) {
    case 0:
      let index = place(&generator)
      if index < bytes.count { bytes[index] = .random(in: .min ... .max, using: &generator) }
    case 1: bytes.removeSubrange(span(&generator))
    case 2:
      let copied = bytes[span(&generator)]
      bytes.insert(contentsOf: copied, at: place(&generator))
    case 3:
      var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
      lines.swapAt(
        Int.random(in: lines.indices, using: &generator),
        Int.random(in: lines.indices, using: &generator)
      )
      bytes = Array(lines.joined(separator: [10]))
    case 4: bytes.removeLast(bytes.count - place(&generator))
    default:
      let token = tokens[Int.random(in: tokens.indices, using: &generator)]
      bytes.insert(contentsOf: token.utf8, at: place(&generator))
    }
  }

  /// A block of mounts whose options, often right, have values of every kind.
  private static func mounts(_ generator: inout SeededGenerator) -> String {
    let options = [
      "allow", "deny", "order", "methods", "headers", "body-limit", "live-reload", "index",
      "list-directories", "fallback", "not-found", "follow-links", "dot-files", "cache-control",
      "precompressed", "servo",
    ]
    let prefixes = ["/", "/a", "/a/", "/büro", "/a b", "a", "/_slipway", "/a%20", "''", "[1]"]
    func one<Element>(_ elements: [Element]) -> Element {
      elements[Int.random(in: elements.indices, using: &generator)]
    }
    var text = ""
    for _ in 0..<Int.random(in: 1...2, using: &generator) {
      text += "  \(one(prefixes)):\n"
      if Int.random(in: 0..<10, using: &generator) > 0 {
        text += "    serve: \(one(["files:.", "files:public", "swift:.", "wsgi:x", "{}"]))\n"
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        text += "    \(one(options)): \(value(&generator, depth: 0))\n"
      }
    }
    return text
  }

  private static func value(_ generator: inout SeededGenerator, depth: Int) -> String {
    let scalars = [
      "true", "false", "all", "local", "10.0.0.0/8", "10.1", "::1", "'::/0'", "x.org", "GET", "get",
      "deny,allow", "allow,deny", "10M", "-1", "99999999999999999999", "index.html", "a/b", "../x",
      "no-cache", "''", "~", "\"\\0\"", "\"\\e\"", "é", "\"a\\r\\nb\"", "!!int 3", "|\n      a\n",
    ]
    switch Int.random(in: 0..<(depth > 3 ? 1 : 6), using: &generator) {
    case 1:
      let count = Int.random(in: 0...3, using: &generator)
      let items = (0..<count).map { _ in value(&generator, depth: depth + 1) }
      return "[\(items.joined(separator: ", "))]"
    case 2:
      let names = ["X-A", "x-a", "Date", "Link", "Set-Cookie", "X y", "''"]
      let count = Int.random(in: 0...2, using: &generator)
      let items = (0..<count)
        .map { _ in
          names[Int.random(in: names.indices, using: &generator)] + ": "
            + value(&generator, depth: depth + 1)
        }
      return "{\(items.joined(separator: ", "))}"
    default: return scalars[Int.random(in: scalars.indices, using: &generator)]
    }
  }
}
