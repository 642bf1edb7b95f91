extension ErrorPage {
  /// A function on the stack, with what is known of it.
  package struct Frame: Sendable, Equatable, Codable {
    package var function: String

    /// An absolute path.
    package var file: String?

    /// Counted from 1.
    package var line: Int?
    package var column: Int?

    /// The source around the line.
    package var excerpt: String?

    /// Variables and what they hold.
    package var locals: [Fact]

    /// It is the application's own code, and not a library's.
    package var isOwn: Bool

    /// A URL that opens the place in the user's editor.
    package var link: String?

    /// The path of a page of this server on which code can be evaluated in the frame.
    package var console: String?

    package init(
      function: String,
      file: String? = nil,
      line: Int? = nil,
      column: Int? = nil,
      excerpt: String? = nil,
      locals: [Fact] = [],
      isOwn: Bool = true
    ) {
      self.function = function
      self.file = file
      self.line = line
      self.column = column
      self.excerpt = excerpt
      self.locals = locals
      self.isOwn = isOwn
    }
  }
}
