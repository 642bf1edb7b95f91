import NIOCore

/// What can be shown of a request to whoever looks at why it failed: without what is secret.
package struct RequestSummary: Sendable, Equatable, Codable {
  package struct Field: Sendable, Equatable, Codable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var method: String
  package var target: String
  package var fields: [Field]

  package init(method: String, target: String, fields: [Field]) {
    self.method = method
    self.target = target
    self.fields = fields
  }

  /// The request at the beginning of bytes that a connection has brought; nil if that is not a whole
  /// head.
  package init?(head bytes: [UInt8]) {
    var framer = HeadFramer(
      limits: HeadFramer.Limits(head: bytes.count, requestLine: bytes.count, fields: bytes.count)
    )
    guard case .complete(let head) = framer.frame(ByteBuffer(bytes: bytes)) else { return nil }
    method = head.method
    target = head.target
    fields = head.fields.prefix(50)
      .map { name, value in
        Field(name: name, value: SecretField.isSecret(name) ? SecretField.hidden : value)
      }
  }
}
