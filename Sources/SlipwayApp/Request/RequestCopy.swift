import CSlipwayABI
import HTTPTypes

/// What the gateway passed of a request, in one piece of memory.
///
/// A copy is due before `handle` returns. To make values of all of it is not, and takes several times
/// as long: many applications look at the path alone, or at a field or two.
struct RequestCopy: Sendable {
  /// Mount prefix, path, query, peer's address, upgrade, method, scheme, authority, then the name and
  /// the value of each field: see `CountedRuns`.
  private let runs: CountedRuns
  private let fieldCount: Int
  private let peerPort: UInt16
  let contentLength: Int64
  let httpMinorVersion: UInt16

  init(_ request: UnsafePointer<slipway_request>) {
    // Member by member: an older gateway's request is smaller than a whole one. `upgrade` was
    // appended to version 1 of the interface.
    let hasUpgrade =
      unsafe request.pointee.size > MemoryLayout.offset(of: \slipway_request.upgrade) ?? .max
    let fields = unsafe UnsafeBufferPointer(
      start: request.pointee.fields,
      count: request.pointee.fields == nil ? 0 : request.pointee.field_count
    )
    let parts: [8 of slipway_bytes] = unsafe [
      request.pointee.mount_prefix, request.pointee.path, request.pointee.query,
      request.pointee.peer_address, hasUpgrade ? request.pointee.upgrade : slipway_bytes(),
      request.pointee.method, request.pointee.scheme, request.pointee.authority,
    ]
    runs = unsafe CountedRuns(parts, fields)
    fieldCount = fields.count
    peerPort = unsafe request.pointee.peer_port
    contentLength = unsafe request.pointee.content_length
    httpMinorVersion = unsafe request.pointee.http_minor_version
  }

  /// What an application asks for that only wants to know where the request goes.
  struct Parts: Sendable {
    var mountPrefix: String
    var path: String
    var query: String
    var peer: Request.Peer?
    var upgrade: [String]
  }

  var parts: Parts {
    var reader = CountedRuns.Reader(runs)
    let (mountPrefix, path, query) = (reader.string(), reader.string(), reader.string())
    let (address, upgrade) = (reader.string(), reader.string())
    return Parts(
      mountPrefix: mountPrefix,
      path: path,
      query: query,
      peer: address.isEmpty ? nil : Request.Peer(address: address, port: Int(peerPort)),
      upgrade: upgrade.isEmpty ? [] : upgrade.listItems
    )
  }

  var method: HTTPRequest.Method {
    var reader = CountedRuns.Reader(runs)
    for _ in 0..<5 { reader.skip() }
    // The gateway passes nothing on that is not a token.
    return HTTPRequest.Method(reader.string()) ?? .get
  }

  var head: HTTPRequest {
    var reader = CountedRuns.Reader(runs)
    let (mountPrefix, path, query) = (reader.string(), reader.string(), reader.string())
    for _ in 0..<2 { reader.skip() }
    let (method, scheme, authority) = (reader.string(), reader.string(), reader.string())
    var fields = HTTPFields()
    fields.reserveCapacity(fieldCount)
    for _ in 0..<fieldCount {
      fields.append(name: reader.string(), value: reader.bytes())
    }
    return HTTPRequest(
      method: HTTPRequest.Method(method) ?? .get,
      scheme: scheme,
      authority: authority.isEmpty ? nil : authority,
      path: query.isEmpty ? mountPrefix + path : "\(mountPrefix)\(path)?\(query)",
      headerFields: fields
    )
  }
}
