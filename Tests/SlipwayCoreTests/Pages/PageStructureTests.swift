import Foundation
import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What people who do not look at a page, or not with a large screen, need of it.
@Suite("Structure of pages", .timeLimit(.minutes(5)))
struct PageStructureTests {
  /// By a name, for a failing test shows its arguments at length.
  enum Kind: String, CaseIterable {
    case small, usual, prose, many, long, manyLines

    /// All but the first have one of each kind of section.
    var page: ErrorPage {
      switch self {
      case .small:
        ErrorPage(
          code: "SW020",
          status: 404,
          title: "Nothing is mounted here",
          message: "No mount."
        )
      case .usual: full(count: 1, text: "word")
      case .prose: full(count: 40, text: String(repeating: "`word` & <word> ", count: 20))
      case .many: full(count: 1_000, text: String(repeating: "'\u{202E}<`a`", count: 100))
      case .long: full(count: 3, text: String(repeating: "<", count: 30_000))
      case .manyLines: full(count: 100, text: String(repeating: "x\n", count: 200))
      }
    }
  }

  private func html(_ page: ErrorPage) -> String {
    String(buffer: page.render(accept: "text/html", requestID: "1-7").body)
  }

  @Test(arguments: Kind.allCases)
  func isSmallAndWellFormed(kind: Kind) {
    let html = html(kind.page)
    #expect(html.utf8.count < 60_000)
    #expect(HTMLStructure(html).complaints.isEmpty)
    #expect(!html.contains("{{"), "A place of the template was not filled")
  }

  @Test(arguments: Kind.allCases)
  func isUsableByThoseWhoDoNotSeeIt(kind: Kind) throws {
    let structure = HTMLStructure(html(kind.page))
    let elements = structure.elements
    #expect(elements.first?.name == "html" && elements.first?.attributes["lang"] == "en")
    #expect(structure.text(of: "title").first?.isEmpty == false)
    #expect(structure.text(of: "h1").count == 1)
    for landmark in ["header", "main", "footer"] {
      #expect(elements.count { $0.name == landmark } == 1)
    }
    let viewport = elements.first { $0.attributes["name"] == "viewport" }
    // Nobody is kept from making it larger.
    #expect(viewport?.attributes["content"] == "width=device-width, initial-scale=1")
    // No level of headings is left out.
    let levels = elements.compactMap { element in
      element.name.first == "h" ? Int(element.name.dropFirst()) : nil
    }
    #expect(levels.first == 1)
    for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
    let identifiers = structure.values(of: "id")
    #expect(Set(identifiers).count == identifiers.count)
    // What scrolls can be reached and has a name, tables have headers.
    for element in elements where element.name == "pre" {
      #expect(element.attributes["tabindex"] == "0" && element.attributes["role"] == "group")
      #expect(element.attributes["aria-label"]?.isEmpty == false)
    }
    for table in elements where table.name == "table" {
      #expect(table.attributes["aria-label"] != nil)
    }
    #expect(elements.filter { $0.name == "th" }.allSatisfy { $0.attributes["scope"] != nil })
    #expect(elements.filter { $0.name == "svg" }.allSatisfy { $0.attributes["aria-hidden"] != nil })
  }

  /// Each of the facts is in each of the renderings.
  @Test func theTwinsSayTheSame() throws {
    var count = 0
    func word() -> String {
      count += 1
      return "fact\(count)x"
    }
    var note = ErrorPage.Diagnostic(severity: .note, message: word(), file: "/p/\(word())", line: 3)
    note.excerpt = word()
    note.fixIts = [
      .init(file: "/p/a", line: 3, column: 1, endLine: 3, endColumn: 1, text: word())
    ]
    var error = ErrorPage.Diagnostic(severity: .error, message: word(), file: word(), line: 918_273)
    error.excerpt = word()
    error.remedy = word()
    error.link = "vscode://file/" + word()
    error.notes = [note]
    var frame = ErrorPage.Frame(
      function: word(),
      file: "/p/\(word())",
      line: 473_829,
      excerpt: word(),
      locals: [.init(word(), word())]
    )
    frame.console = "/" + word()
    let page = ErrorPage(
      code: word(),
      status: 599,
      title: word(),
      message: word(),
      remedy: word(),
      sections: [
        .diagnostics([error]), .output(heading: word(), text: word()),
        .facts(heading: word(), [.init(word(), word())]),
        .details(heading: word(), [.init(word(), word())]), .frames(heading: word(), [frame]),
      ],
      retryAfter: 77
    )
    let request = word()
    let rest = ["918273", "473829", "599", "77"]
    for accept in ["text/html", "text/plain", "application/problem+json"] {
      let text = String(buffer: page.render(accept: accept, requestID: request).body)
      for fact in (1...count).map({ "fact\($0)x" }) + rest {
        #expect(text.contains(fact), "\(fact) is not in \(accept)")
      }
    }
  }

  /// The policy permits the style that stands in the page, and that is the only one.
  @Test func theStyleIsTheOneThatThePolicyPermits() throws {
    let page = Kind.usual.page
    let html = html(page)
    let start = try #require(html.firstRange(of: "<style>")).upperBound
    let end = try #require(html.firstRange(of: "</style>")).lowerBound
    let hash = Base64.encode(SHA256.digest(of: Array(html[start..<end].utf8)))
    let policy = try #require(page.responseFields.first(name: "Content-Security-Policy"))
    #expect(policy.contains("style-src 'sha256-\(hash)';"))
    #expect(!policy.contains("unsafe") && !html.contains(" style="))
    #expect(html[end...].firstRange(of: "<style") == nil)
  }

  @Test func codeInSentencesIsMarkedUp() {
    let page = ErrorPage(
      code: "SW027",
      status: 413,
      title: "Content `too` large",
      message: "Raise `body-limit: <n>` or `x",
      remedy: "``, `a\nb` and `c`"
    )
    let html = html(page)
    #expect(html.contains("Raise <code>body-limit: &lt;n&gt;</code> or `x</p>"))
    #expect(html.contains("<p>``, `a\nb` and <code>c</code></p>"))
    #expect(html.contains("<title>Content `too` large</title>"))
  }

  @Test func linksLeadNowhereElse() {
    for path in [
      "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "x", "/a b", "/\n/",
    ] {
      #expect(PageLink(path: path) == nil, "\(path)")
    }
    for path in ["/", "/board", "/a//b"] { #expect(PageLink(path: path)?.url == path) }
    for url in [
      "javascript:1", "JavaScript:1", "java\nscript:1", " javascript:1", "data:text/html,x",
      "//x", "/x", "", ":x", "1a:x", "vbscript:x", "vscode://a b",
    ] {
      #expect(PageLink(editor: url) == nil, "\(url)")
    }
    #expect(PageLink(editor: "vscode://file/p/a.swift:3") != nil)
  }

  // FIPS 180-4's examples, and lengths around the ends of blocks.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000),
      "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
    ),
  ])
  func digestsAreThoseOfTheStandard(message: String, digest: String) {
    let found = SHA256.digest(of: Array(message.utf8))
    #expect(found.map { String(format: "%02x", $0) }.joined() == digest)
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func base64IsThatOfTheStandard(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }
}

/// A page with `text` everywhere, and `count` of everything.
private func full(count: Int, text: String) -> ErrorPage {
  var note = ErrorPage.Diagnostic(severity: .note, message: text, file: "/p/\(text)", line: 3)
  note.excerpt = "3 | \(text)\n  | ^~~"
  note.fixIts = [
    .init(file: "/p/a", line: 3, column: 1, endLine: 3, endColumn: 1, text: text)
  ]
  note.link = "vscode://file/p/a:3"
  var error = note
  error.severity = .error
  error.notes = Array(repeating: note, count: min(count, 50))
  error.remedy = text
  let facts = Array(repeating: ErrorPage.Fact(text, text, link: "/board"), count: count)
  let frame = ErrorPage.Frame(
    function: text,
    file: "/p/\(text)",
    line: 3,
    excerpt: "> 3 | \(text)",
    locals: facts.suffix(100)
  )
  return ErrorPage(
    code: "SW082",
    status: 500,
    title: "\(text) · \(text)",
    message: text,
    remedy: text,
    sections: [
      .diagnostics(Array(repeating: error, count: count)), .output(heading: text, text: text),
      .facts(heading: text, facts), .details(heading: text, facts),
      .frames(heading: text, Array(repeating: frame, count: count)),
    ] + Array(repeating: .output(heading: text, text: text), count: count),
    retryAfter: 2,
    healsByItself: true
  )
}
