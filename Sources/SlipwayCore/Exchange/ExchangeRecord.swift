/// What is known of an exchange that has ended: a line of the access log.
package struct ExchangeRecord: Sendable {
  package var id: UInt64
  package var peer: String
  package var method: String
  package var target: String
  package var httpMinorVersion: Int
  package var mountPrefix: String

  /// The status sent; nil if the connection was cut before any.
  package var status: Int?

  /// Bytes of the response body as sent.
  package var responseBytes: Int

  /// From the last byte of the request head to the last byte of the response.
  package var took: Duration

  /// How much of that the exchange was held by the gate.
  package var held: Duration

  /// Whether the response was cut before its end.
  package var wasCut: Bool

  /// The life of the process image that it belongs to, counted from 1.
  package var generation = 1

  /// Whether the client sent the request in HTTP/2, and another process of ours made HTTP/1.1 of it.
  package var isHTTP2 = false

  /// The protocol that the client spoke, as access logs write it.
  package var protocolName: String { isHTTP2 ? "HTTP/2.0" : "HTTP/1.\(httpMinorVersion)" }

  /// What the format of an access log asks for beyond the above; nil if it asks for nothing, or if
  /// the request was refused.
  package var captured: CapturedExchange?

  /// What error pages and logs call the exchange.
  package var requestID: String { Exchange.requestID(id, generation: generation) }

  package init(
    id: UInt64,
    peer: String,
    method: String,
    target: String,
    httpMinorVersion: Int,
    mountPrefix: String,
    status: Int?,
    responseBytes: Int,
    took: Duration,
    held: Duration,
    wasCut: Bool
  ) {
    self.id = id
    self.peer = peer
    self.method = method
    self.target = target
    self.httpMinorVersion = httpMinorVersion
    self.mountPrefix = mountPrefix
    self.status = status
    self.responseBytes = responseBytes
    self.took = took
    self.held = held
    self.wasCut = wasCut
  }
}
