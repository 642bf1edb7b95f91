import NIOCore

/// A text as one of the server's own pages, for tools more than for people.
package struct TextPage: Application {
  private let text: ByteBuffer
  private let contentType: String

  package init(_ text: String, contentType: String = "text/plain; charset=utf-8") {
    self.contentType = contentType
    self.text = ByteBuffer(string: text)
  }

  package func handle(_ exchange: Exchange) {
    exchange.respond(
      ResponseHead(
        status: 200,
        fields: ["Content-Type": contentType]
      ),
      body: text
    )
  }
}
