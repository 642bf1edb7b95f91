package import NIOCore

/// A page on which code is evaluated in a frame of the application: a form, and what has come of it so
/// far. It needs no script.
package struct ConsolePage: Sendable {
  /// What was evaluated, and what came of it.
  package struct Entry: Sendable, Equatable {
    package var code: String
    package var output: String

    package init(code: String, output: String) {
      self.code = code
      self.output = output
    }
  }

  package enum Content: Sendable {
    /// The PIN is asked for; `attemptsLeft` after a wrong one.
    case pin(attemptsLeft: Int?)
    case entries([Entry])
  }

  /// The name of the function, and where it is.
  package var function: String
  package var file: String
  package var line: Int
  package var excerpt: String
  package var content: Content

  package init(function: String, file: String, line: Int, excerpt: String, content: Content) {
    self.function = function
    self.file = file
    self.line = line
    self.excerpt = excerpt
    self.content = content
  }

  /// - Parameter frame: The name of a frame that can be evaluated in: letters, digits and hyphens.
  package static func path(of frame: String) -> String { "/_slipway/console/\(frame)" }

  package var responseFields: FieldSection {
    [
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      // Its own form may be sent to it, and nobody may put it into a frame to have it clicked.
      "Content-Security-Policy": PageStyle.policy(formsGo: "'self'", framedBy: "'none'"),
      "Referrer-Policy": "same-origin",
    ]
  }

  package func render() -> ByteBuffer {
    var values: PageTemplate.Values = [
      "function": .text(function),
      "place": .text("\(file):\(line)"),
    ]
    switch content {
    case .pin(let attemptsLeft):
      let refusal = attemptsLeft.map { count -> PageTemplate.Values in
        ["text": .text("That is not the PIN. \(count) more attempt\(count == 1 ? "" : "s").")]
      }
      values["pin"] = .list([["refusal": .list(refusal.map { [$0] } ?? [])]])
    case .entries(let entries):
      values["console"] = .list([
        [
          "excerpt": .text(excerpt),
          "entries": .list(
            entries.map { ["code": .text($0.code), "output": .text($0.output)] }
          ),
        ]
      ])
    }
    return Self.template.render(values)
  }

  private static let template = PageTemplate(html: PackageResources.console_html)
}

extension Exchange {
  package func respond(_ page: ConsolePage) {
    respond(ResponseHead(status: 200, fields: page.responseFields), body: page.render())
  }
}
