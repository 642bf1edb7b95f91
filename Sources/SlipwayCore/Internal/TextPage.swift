import NIOCore

/// A text as one of the server's own pages, for tools more than for people.
package struct TextPage: Application {
  private let text: ByteBuffer

  package init(_ text: String) {
    self.text = ByteBuffer(string: text)
  }

  package func handle(_ exchange: Exchange) {
    exchange.respond(
      ResponseHead(
        status: 200,
        fields: ["Content-Type": "text/plain; charset=utf-8"]
      ),
      body: text
    )
  }
}
