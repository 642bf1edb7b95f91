package import NIOHTTP1

/// The head of a response: what precedes its body.
package struct ResponseHead: Sendable {
  /// 200 to 599.
  package var status: Int

  /// Fields as the application gave them. The gateway adds framing, `Date`, and its own.
  package var fields: HTTPHeaders

  package init(status: Int, fields: HTTPHeaders = [:]) {
    self.status = status
    self.fields = fields
  }
}
