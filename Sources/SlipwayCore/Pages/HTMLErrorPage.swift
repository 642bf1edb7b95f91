import NIOCore

/// Fills the template of the HTML page, within a budget: a page stays below 60 KB however much a
/// compiler had to say. What is left out is said to be left out.
struct HTMLErrorPage {
  /// - Parameters:
  ///   - isLive: Whether a script asks for the page again, where one runs.
  ///   - waitingAt: Where the page is asked for until there is new code.
  static func render(
    _ page: ErrorPage,
    requestID: String,
    isLive: Bool = false,
    waitingAt: String? = nil
  ) -> ByteBuffer {
    var html = HTMLErrorPage(isLive: isLive, waitingAt: waitingAt)
    return template.render(html.values(page, requestID: requestID))
  }

  private static let template = PageTemplate(html: PackageResources.error_html)

  /// What the page in one piece of text may take, beside the budget of the rest.
  private static let textLimit = 10_000

  /// What may still be added to the page, in bytes of HTML.
  var budget = 30_000

  private let isLive: Bool
  private let waitingAt: String?

  private init(isLive: Bool, waitingAt: String?) {
    self.isLive = isLive
    self.waitingAt = waitingAt
  }

  private mutating func values(_ page: ErrorPage, requestID: String) -> PageTemplate.Values {
    // `Build failed · SampleApp`: what happened, and to what.
    let title = page.title.split(separator: " · ", maxSplits: 1).map(String.init)
    // What the reader unfolds would be folded again when the page is loaded anew. Where there are
    // findings, the rest says them once more.
    let heals = page.healsByItself || waitingAt != nil
    let isReloaded = heals && !isLive && !page.hasFindings
    return [
      "asText": asText(page, requestID: requestID),
      "code": text(page.code, atMost: 20),
      "fullTitle": text(page.title, atMost: 200),
      "healing": optional(promise(page), atMost: 200),
      "kind": .text(page.healsByItself ? "healing" : "page"),
      "message": prose(page.message, atMost: 4_000),
      "refresh": refresh(page),
      "remedy": .list(page.remedy.map { [["text": prose($0, atMost: 2_000)]] } ?? []),
      "request": text(requestID, atMost: 40),
      "retryAfter": optional(
        page.healsByItself ? nil : page.retryAfter.map(String.init),
        atMost: 20
      ),
      "sections": sections(of: page, unfolded: isReloaded),
      "status": text(String(page.status), atMost: 20),
      "subject": optional(title.count > 1 ? title[1] : nil, atMost: 200),
      "title": text(title.first ?? page.title, atMost: 200),
      "tone": .text(page.status == 503 ? "waiting" : page.status < 500 ? "refused" : "failed"),
    ]
  }

  private func promise(_ page: ErrorPage) -> String? {
    if page.healsByItself {
      return "This page gives way to yours by itself, as soon as that can be shown."
    }
    let waits = waitingAt != nil || page.awaitsNewCode && isLive
    return waits ? "This page gives way to yours as soon as there is new code." : nil
  }

  /// Often enough not to be waited for; seldom where it is only looked whether there is new code.
  private func refresh(_ page: ErrorPage) -> PageTemplate.Value {
    let content = page.healsByItself ? "2" : waitingAt.map { "4; url=\($0)" }
    guard let content else { return .list([]) }
    return .list([["live": .list(isLive ? [[:]] : []), "content": .text(content)]])
  }

  private func asText(_ page: ErrorPage, requestID: String) -> PageTemplate.Value {
    let text = page.plainText(requestID: requestID, atMost: Self.textLimit)
    return .list([["text": .text(HTMLText.clip(text, to: Self.textLimit).text)]])
  }

  // MARK: Within the budget

  mutating func text(_ text: String, atMost limit: Int) -> PageTemplate.Value {
    .text(clipped(text, atMost: limit))
  }

  /// Sentences in which code may stand between backticks.
  mutating func prose(_ text: String, atMost limit: Int) -> PageTemplate.Value {
    let clipped = clipped(text, atMost: limit)
    let markup = "<code></code>".utf8.count
    budget -= markup * min(HTMLText.codeLimit, clipped.utf8.count { $0 == UInt8(ascii: "`") } / 2)
    return .prose(clipped)
  }

  mutating func optional(_ text: String?, atMost limit: Int) -> PageTemplate.Value {
    .list(text.map { [["text": self.text($0, atMost: limit)]] } ?? [])
  }

  /// As many as there is room for; `cost` is the markup around one.
  mutating func elements<Element>(
    _ elements: [Element],
    costing cost: Int,
    _ values: (inout HTMLErrorPage, Element) -> PageTemplate.Values
  ) -> [PageTemplate.Values] {
    var shown: [PageTemplate.Values] = []
    for element in elements {
      guard budget > cost else { break }
      budget -= cost
      shown.append(values(&self, element))
    }
    return shown
  }

  func leftOut(_ count: Int, _ what: String = "more") -> PageTemplate.Value {
    .list(count > 0 ? [["text": .text("\(count) \(what), not shown here")]] : [])
  }

  private mutating func clipped(_ text: String, atMost limit: Int) -> String {
    let clipped = HTMLText.clip(text, to: max(0, min(limit, budget)))
    budget -= clipped.size
    return clipped.text
  }
}

extension ErrorPage {
  fileprivate var hasFindings: Bool {
    sections.contains { if case .diagnostics(let found) = $0 { !found.isEmpty } else { false } }
  }
}
