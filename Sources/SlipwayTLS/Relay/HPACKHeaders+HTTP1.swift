package import NIOHPACK
package import NIOHTTP1

// From HTTP/1.1 to HTTP/2: what is about one connection stays behind (RFC 9113, section 8.2.2).
extension HPACKHeaders {
  private static let connectionFields: Set = [
    "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
  ]

  /// The header section of a response.
  package init(response head: HTTPResponseHead) {
    self.init()
    reserveCapacity(head.headers.count + 1)
    add(name: ":status", value: String(head.status.code))
    append(head.headers)
  }

  /// A trailer section.
  package init(trailers: HTTPHeaders) {
    self.init()
    append(trailers)
  }

  private mutating func append(_ fields: HTTPHeaders) {
    let named = Set(fields[canonicalForm: "connection"].map { $0.lowercased() })
    for (name, value) in fields {
      let name = name.lowercased()
      guard !Self.connectionFields.contains(name), !named.contains(name) else { continue }
      add(name: name, value: value)
    }
  }
}
