/// What the user is told when something failed: one model for the HTML page, its text twin and its
/// `application/problem+json` twin (RFC 9457).
package struct ErrorPage: Sendable, Equatable, Codable {
  /// The stable code of `devkit/docs/errors.md`, such as `SW012`.
  package var code: String

  /// The status of the response.
  package var status: Int

  /// A few words: what kind of failure.
  package var title: String

  /// What failed, on what: one or two sentences.
  package var message: String

  /// What to do about it.
  package var remedy: String?

  /// Details, in order of importance.
  package var sections: [Section]

  /// Sent as `Retry-After`, in seconds.
  package var retryAfter: Int?

  /// Sent as `Allow`: methods, separated by commas.
  package var allow: String?

  /// Whether the HTML page asks again by itself until the cause is mended.
  ///
  /// For answers that the server gives in the application's stead, such as a failed build. Not for
  /// what an application did with this request: to repeat that might do it again.
  package var healsByItself: Bool

  /// Whether the HTML page gives way as soon as there is new code: for what an application did with
  /// this request, which is not asked again before that.
  package var awaitsNewCode: Bool

  /// A part of the page below the message.
  package enum Section: Sendable, Equatable, Codable {
    /// Compiler findings.
    case diagnostics([Diagnostic])

    /// Literal text, such as the output of a tool.
    case output(heading: String, text: String)

    /// Pairs of a name and a value, such as mounts.
    case facts(heading: String, [Fact])

    /// The same, of what is seldom looked for, such as the fields of the request: folded in the page.
    case details(heading: String, [Fact])

    /// Functions on a stack, the one to look at first coming first.
    case frames(heading: String, [Frame])
  }

  /// One line of a list of facts.
  package struct Fact: Sendable, Equatable, Codable {
    package var name: String
    package var value: String

    /// A path of this server that the name is a link to.
    package var link: String?

    package init(_ name: String, _ value: String, link: String? = nil) {
      self.name = name
      self.value = value
      self.link = link
    }
  }

  /// One finding of a compiler or linker, as the page shows it.
  package struct Diagnostic: Sendable, Equatable, Codable {
    package enum Severity: String, Sendable, Codable {
      case error, warning, note
    }

    package var severity: Severity
    package var message: String

    /// An absolute path.
    package var file: String?

    /// Counted from 1.
    package var line: Int?
    package var column: Int?

    /// The compiler's source excerpt, lines with carets included.
    package var excerpt: String?

    package var notes: [Diagnostic]

    /// A URL that opens the place in the user's editor.
    package var link: String?

    /// What the compiler proposes; to be done all together.
    package var fixIts: [FixIt] = []

    /// What to do about it, where more is known than the tool has said.
    package var remedy: String?

    package init(
      severity: Severity,
      message: String,
      file: String? = nil,
      line: Int? = nil,
      column: Int? = nil,
      excerpt: String? = nil,
      notes: [Diagnostic] = []
    ) {
      self.severity = severity
      self.message = message
      self.file = file
      self.line = line
      self.column = column
      self.excerpt = excerpt
      self.notes = notes
    }
  }

  package init(
    code: String,
    status: Int,
    title: String,
    message: String,
    remedy: String? = nil,
    sections: [Section] = [],
    retryAfter: Int? = nil,
    allow: String? = nil,
    healsByItself: Bool = false,
    awaitsNewCode: Bool = false
  ) {
    self.code = code
    self.status = status
    self.title = title
    self.message = message
    self.remedy = remedy
    self.sections = sections
    self.retryAfter = retryAfter
    self.allow = allow
    self.healsByItself = healsByItself
    self.awaitsNewCode = awaitsNewCode
  }
}
