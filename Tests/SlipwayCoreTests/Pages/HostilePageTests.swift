import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Whatever is put into a page, it stays text.
@Suite("Hostile texts in pages", .timeLimit(.minutes(10)))
struct HostilePageTests {
  /// A page with every kind of section, and `text` in one of its places, or in all.
  struct Place: Sendable, CustomTestStringConvertible {
    let name: String
    let put: @Sendable (String, inout Parts) -> Void
    var testDescription: String { name }
  }

  /// All the places, filled with what does no harm.
  struct Parts {
    var page = ErrorPage(
      code: "SW082",
      status: 500,
      title: "Build failed · Harbour",
      message: "It does not compile.",
      remedy: "Mend it.",
      healsByItself: true
    )
    var requestID = "1-7"
    var note = ErrorPage.Diagnostic(
      severity: .note,
      message: "declared here",
      file: "/p/b.swift",
      line: 2,
      excerpt: "2 | let b\n  |     `- note: declared here"
    )
    var fixIt = ErrorPage.FixIt(
      file: "/p/a.swift",
      line: 3,
      column: 1,
      endLine: 3,
      endColumn: 2,
      text: "a",
      replaced: "b"
    )
    var finding = ErrorPage.Diagnostic(
      severity: .error,
      message: "cannot find it",
      file: "/p/a.swift",
      line: 3,
      column: 9,
      excerpt: "3 | let a = b\n  |         ^"
    )
    var frame = ErrorPage.Frame(
      function: "moor",
      file: "/p/c.py",
      line: 4,
      column: 5,
      excerpt: "> 4 | moor(ship)",
      locals: [.init("ship", "Aurora")]
    )
    var output = (heading: "Output", text: "exit 1")
    var facts = (heading: "Mounts", fact: ErrorPage.Fact("/board", "swift:.", link: "/board"))
    var details = (heading: "Request fields", fact: ErrorPage.Fact("Accept", "*/*"))
    var framesHeading = "Frames"

    func render(_ accept: String) -> String {
      var page = page
      var finding = finding
      var note = note
      note.fixIts = [fixIt]
      finding.fixIts = [fixIt]
      finding.notes = [note]
      page.sections = [
        .diagnostics([finding]), .output(heading: output.heading, text: output.text),
        .facts(heading: facts.heading, [facts.fact]),
        .details(heading: details.heading, [details.fact]),
        .frames(heading: framesHeading, [frame]),
      ]
      return String(buffer: page.render(accept: accept, requestID: requestID).body)
    }
  }

  static let places: [Place] = [
    Place(name: "code") { $1.page.code = $0 },
    Place(name: "title") { $1.page.title = $0 },
    Place(name: "subject") { $1.page.title = "Failed · " + $0 },
    Place(name: "message") { $1.page.message = $0 },
    Place(name: "remedy") { $1.page.remedy = $0 },
    Place(name: "request") { $1.requestID = $0 },
    Place(name: "finding") { $1.finding.message = $0 },
    Place(name: "finding's file") { $1.finding.file = $0 },
    Place(name: "finding's path") { $1.finding.file = "/" + $0 + "/a.swift" },
    Place(name: "finding's excerpt") { $1.finding.excerpt = $0 },
    Place(name: "line of an excerpt") { $1.finding.excerpt = "3 | \($0)\n  |  ^~~" },
    Place(name: "finding's remedy") { $1.finding.remedy = $0 },
    Place(name: "finding's link") { $1.finding.link = $0 },
    Place(name: "place in an editor's link") { $1.finding.link = "vscode://file/" + $0 },
    Place(name: "note") { $1.note.message = $0 },
    Place(name: "note's file") { $1.note.file = $0 },
    Place(name: "note's excerpt") { $1.note.excerpt = $0 },
    Place(name: "fix-it's text") { $1.fixIt.text = $0 },
    Place(name: "fix-it's old text") { $1.fixIt.replaced = $0 },
    Place(name: "output") { $1.output.text = $0 },
    Place(name: "output's heading") { $1.output.heading = $0 },
    Place(name: "facts' heading") { $1.facts.heading = $0 },
    Place(name: "fact's name") { $1.facts.fact.name = $0 },
    Place(name: "fact's value") { $1.facts.fact.value = $0 },
    Place(name: "fact's link") { $1.facts.fact.link = $0 },
    Place(name: "path in a fact's link") { $1.facts.fact.link = "/" + $0 },
    Place(name: "details' heading") { $1.details.heading = $0 },
    Place(name: "detail's name") { $1.details.fact.name = $0 },
    Place(name: "detail's value") { $1.details.fact.value = $0 },
    Place(name: "frames' heading") { $1.framesHeading = $0 },
    Place(name: "function") { $1.frame.function = $0 },
    Place(name: "frame's file") { $1.frame.file = $0 },
    Place(name: "frame's excerpt") { $1.frame.excerpt = $0 },
    Place(name: "frame's link") { $1.frame.link = $0 },
    Place(name: "link to a frame's console") { $1.frame.console = $0 },
    Place(name: "variable's name") { $1.frame.locals[0].name = $0 },
    Place(name: "variable's value") { $1.frame.locals[0].value = $0 },
  ]

  @Test func theCorpusIsAsLargeAsItShouldBe() {
    #expect(Set(HostileTexts.all).count == HostileTexts.all.count)
    #expect(HostileTexts.all.count > 100)
  }

  /// What is not escaped would be noticed: as an element, in an attribute, or because a text ends early.
  @Test func whatIsNotEscapedIsNoticed() {
    for text in HostileTexts.markup {
      let page = { (text: String) in
        HTMLStructure(
          "<!doctype html><html><title>\(text)</title><p class=\"x\">\(text)</p></html>"
        )
      }
      let found = page(text)
      #expect(
        !found.complaints.isEmpty || found.outline != page(text.harmless).outline,
        "\(text.debugDescription)"
      )
    }
    for text in HostileTexts.breakingAttributes {
      let found = HTMLStructure("<!doctype html><p title=\"\(text)\">x</p>")
      #expect(
        !found.complaints.isEmpty || found.elements.first?.attributes.count != 1,
        "\(text.debugDescription)"
      )
    }
    #expect(!HTMLStructure("<!doctype html><p>\u{202E}</p>").complaints.isEmpty)
    #expect(!HTMLStructure("<!doctype html><p>\u{0}</p>").complaints.isEmpty)
    #expect(!HTMLStructure("<!doctype html><p>a & b</p>").complaints.isEmpty)
    #expect(!HTMLStructure("<!doctype html><p><pre>x</pre></p>").complaints.isEmpty)
    #expect(HTMLStructure("<!doctype html><p class=\"x\">a &amp; b</p>").complaints.isEmpty)
  }

  /// The elements and the names of their attributes are those of the page with a harmless text.
  @Test func changeNothingInAllPlacesAtOnce() {
    for text in HostileTexts.all { check(text, in: Self.places, hasLinks: true) }
  }

  /// One place after the other, so that none hides behind another.
  @Test(arguments: places.indices)
  func changeNothingInOnePlace(index: Int) {
    let place = Self.places[index]
    // All of them once within a few places, some in each.
    let texts = HostileTexts.all.indices.filter { $0 % 12 == index % 12 }
      .map { HostileTexts.all[$0] }
    for text in HostileTexts.nastiest + texts {
      check(text, in: [place], hasLinks: place.name.contains("link"))
    }
  }

  private func check(_ text: String, in places: [Place], hasLinks: Bool) {
    var hostile = Parts()
    for place in places { place.put(text, &hostile) }
    let found = HTMLStructure(hostile.render("text/html"))
    let name = "\(places.count == 1 ? places[0].name : "everywhere"): \(text.debugDescription)"
    #expect(found.complaints.isEmpty, "\(name)")
    // Nothing that a browser acts on has come in.
    #expect(found.acting == Self.usual.acting, "\(name)")
    guard !hasLinks else {
      // Whether there is a link at all depends on the text.
      let isHarmless = found.links.allSatisfy { $0.isHarmlessLink }
      #expect(isHarmless, "\(name)")
      return
    }
    var harmless = Parts()
    for place in places { place.put(text.harmless, &harmless) }
    let expected = HTMLStructure(harmless.render("text/html"))
    #expect(found.outline == expected.outline, "\(name)")
    #expect(found.links == expected.links, "\(name)")
  }

  private static let usual = HTMLStructure(Parts().render("text/html"))

  /// In terminals neither.
  @Test func sendsNoControlCharactersToATerminal() {
    for text in HostileTexts.all {
      var parts = Parts()
      for place in Self.places { place.put(text, &parts) }
      let plain = parts.render("text/plain")
      #expect(
        !plain.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" },
        "\(text.debugDescription)"
      )
      #expect(!plain.unicodeScalars.contains("\u{202E}"))
    }
  }
}

extension HTMLStructure {
  var links: [String] { values(of: "href") }

  /// What a browser fetches, runs or follows by itself.
  fileprivate var acting: [Element] {
    let names: Set = [
      "script", "style", "link", "meta", "base", "iframe", "object", "embed", "img", "form", "svg",
      "noscript", "template",
    ]
    return elements.filter { names.contains($0.name) }
  }
}

extension String {
  /// To this server, to an editor, or the picture that stands in the link itself.
  fileprivate var isHarmlessLink: Bool {
    if hasPrefix("data:image/svg+xml,") { return true }
    if hasPrefix("/") { return !hasPrefix("//") && !hasPrefix("/\\") }
    let scheme = prefix { $0 != ":" }
    return scheme.count < count
      && scheme.allSatisfy { $0.isASCII && ($0.isLetter || "+-.".contains($0)) }
      && !["javascript", "data", "vbscript", "blob", "view-source"].contains(scheme.lowercased())
  }
}
