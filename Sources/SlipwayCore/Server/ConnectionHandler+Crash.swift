import NIOCore
package import SlipwaySystem

// What the next generation is told of the connection, should this one crash.
extension ConnectionHandler {
  /// What has been read and belongs to no exchange has changed.
  func noteInput() {
    guard let slot else { return }
    guard input.readableBytes > 0 else {
      return slot.wait(with: UnsafeRawBufferPointer(start: nil, count: 0), heldSince: 0)
    }
    var since = carriedHold
    if case .held(let request) = phase { since = request.since }
    input.withUnsafeReadableBytes { bytes in
      slot.wait(with: bytes, heldSince: since.map { UInt64(clamping: $0.uptimeNanoseconds) } ?? 0)
    }
  }

  /// An application gets the request at the beginning of what was noted last.
  func noteDispatch(of headCount: Int, to mount: Mount?, exchange: UInt64, begun: NIODeadline) {
    slot?
      .dispatch(
        headCount: headCount,
        mount: mount?.index ?? -1,
        exchange: exchange,
        begun: UInt64(clamping: begun.uptimeNanoseconds)
      )
  }

  func noteOrigin() {
    guard let slot, origin != .peer else { return }
    let client = origin.client
    slot.locate(
      origin: origin.crashKind,
      host: client?.host,
      port: client?.port ?? 0,
      isEncrypted: client?.isEncrypted ?? false,
      isHTTP2: client?.isHTTP2 ?? false
    )
  }

  /// Answers the request that an earlier generation has crashed with.
  func answerAssigned(_ head: RequestHead) {
    guard let application = assigned else { return }
    assigned = nil
    dispatch(head, to: application, keepingConnection: false)
  }
}

extension ConnectionOrigin {
  fileprivate var client: RelayedClient? {
    if case .client(let client) = self { client } else { nil }
  }

  /// The case's number in what a crash leaves behind.
  fileprivate var crashKind: UInt32 {
    switch self {
    case .peer: 0
    case .announced: 1
    case .client: 2
    }
  }

  /// What a crash has left.
  package init(_ remains: ConnectionRemains.Client) {
    switch remains.origin {
    case 1: self = .announced
    case 2:
      self = .client(
        RelayedClient(
          host: remains.host,
          port: remains.port,
          isEncrypted: remains.isEncrypted,
          isHTTP2: remains.isHTTP2
        )
      )
    default: self = .peer
    }
  }
}
