/// The content of a response: in memory, or produced while it is sent.
///
/// A body in memory gets a `Content-Length`; one that is streamed goes in chunks unless the header
/// fields of the response state its length.
public struct ResponseBody: Sendable {
  enum Content {
    case string(String)
    case bytes([UInt8])
    case stream(@Sendable (ResponseBodyWriter) async throws -> Void)
  }

  let content: Content

  /// No content.
  public static let empty = ResponseBody([])

  /// Content that is in memory.
  public init(_ bytes: [UInt8]) {
    content = .bytes(bytes)
  }

  /// The UTF-8 of `string`.
  public init(_ string: String) {
    content = .string(string)
  }

  /// Content that `produce` writes, piece by piece and for as long as it likes.
  ///
  /// The response ends when `produce` returns and is cut when it throws. It is not called where no
  /// content is sent, such as for a HEAD request.
  public init(streaming produce: @escaping @Sendable (ResponseBodyWriter) async throws -> Void) {
    content = .stream(produce)
  }

  /// Content that `chunks` delivers, such as a request's body. The next chunk is asked for when the
  /// last has been sent.
  public init<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks)
  where Chunks.Element: Sequence<UInt8> {
    self.init(streaming: { writer in
      for try await chunk in chunks {
        try await writer.write(Array(chunk))
      }
    })
  }
}

extension ResponseBody: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// The UTF-8 of a literal.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}
