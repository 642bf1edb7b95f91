package import NIOHTTP1

/// The head of a response: what precedes its body.
package struct ResponseHead: Sendable {
  /// 200 to 599, or 101 to switch to a protocol that the request offers: see `Exchange`.
  package var status: Int

  /// Fields as the application gave them. The gateway adds framing, `Date`, and its own.
  package var fields: HTTPHeaders

  package init(status: Int, fields: HTTPHeaders = [:]) {
    self.status = status
    self.fields = fields
  }
}
