import NIOCore

/// A text as one of the server's own pages, for tools more than for people.
package struct TextPage: Application {
  private let text: @Sendable () -> String
  private let contentType: String

  /// - Parameter text: Made when it is asked for: most generations are asked for none.
  package init(
    _ text: @escaping @autoclosure @Sendable () -> String,
    contentType: String = "text/plain; charset=utf-8"
  ) {
    self.text = text
    self.contentType = contentType
  }

  package func handle(_ exchange: Exchange) {
    exchange.respond(
      ResponseHead(
        status: 200,
        fields: ["Content-Type": contentType]
      ),
      body: ByteBuffer(string: text())
    )
  }
}
