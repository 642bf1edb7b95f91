/// What is known of a request whose response is out: a line of an access log.
public struct AccessRecord: Sendable {
  /// Unique in this process; error pages and log lines name it.
  public let id: UInt64

  /// Address and port of the client; `unix` for one that came through a socket file.
  public let peer: String

  /// `-` for a request that was refused before it was understood.
  public let method: String

  /// As received, `-` where that is not known. Hostile: escape it before it is shown.
  public let target: String

  /// nil if the connection was cut before anything was sent.
  public let status: Int?

  /// Bytes of the response body as sent.
  public let bytesSent: Int

  /// From the last byte of the request's head to the last of the response.
  public let took: Duration

  /// Whether the response was cut before its end.
  public let wasCut: Bool

  init(_ record: ExchangeRecord) {
    id = record.id
    peer = record.peer
    method = record.method
    target = record.target
    status = record.status
    bytesSent = record.responseBytes
    took = record.took
    wasCut = record.wasCut
  }
}
