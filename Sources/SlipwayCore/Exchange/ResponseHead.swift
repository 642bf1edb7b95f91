/// The head of a response: what precedes its body.
package struct ResponseHead: Sendable {
  /// 200 to 599, or 101 to switch to a protocol that the request offers: see `Exchange`.
  package var status: Int

  /// Fields as the application gave them. The gateway adds framing, `Date`, and its own.
  package var fields: FieldSection

  package init(status: Int, fields: FieldSection = [:]) {
    self.status = status
    self.fields = fields
  }
}
