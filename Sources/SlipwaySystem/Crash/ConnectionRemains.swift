import CSlipwayShims
import Glibc
import SystemPackage

/// What has become of one connection of an image that crashed.
package struct ConnectionRemains: ~Copyable {
  package enum State: Sendable, Equatable {
    /// `bytes` were read and belong to requests that nobody has been told of.
    case waiting(heldSince: UInt64?)

    /// An application had the request; nothing of a response is out. `bytes` is its head.
    case dispatched(mount: Int?, exchange: UInt64, begun: UInt64)
  }

  package struct Client: Sendable, Equatable {
    package var origin: UInt32
    package var host: String?
    package var port: UInt16
    package var isEncrypted: Bool
    package var isHTTP2: Bool
  }

  package let slot: Int
  package let state: State
  package let bytes: [UInt8]
  package let client: Client
  private let owned: OwnedDescriptor

  /// Gives the descriptor away.
  package consuming func release() -> OwnedDescriptor { owned }

  private init(
    slot: Int,
    state: State,
    bytes: [UInt8],
    client: Client,
    descriptor: consuming OwnedDescriptor
  ) {
    self.slot = slot
    self.state = state
    self.bytes = bytes
    self.client = client
    owned = descriptor
  }

  /// Takes over every connection that can go on, and closes all others so that no client takes a
  /// response that was cut for a whole one. To be called before anything is opened.
  package static func take(
    from area: CrashArea,
    _ receive: (consuming ConnectionRemains) -> Void
  ) {
    let count = unsafe min(Int(area.area.pointee.slot_count), SLIPWAY_SLOT_LIMIT)
    for index in 0..<count {
      if let remains = take(index, from: area) { receive(remains) }
    }
  }

  private static func take(_ index: Int, from area: CrashArea) -> ConnectionRemains? {
    let slot = unsafe slipway_area_slot(area.area, CInt(index))
    let number = unsafe slot.pointee.descriptor
    guard unsafe slot.pointee.state != SLIPWAY_SLOT_FREE.rawValue, number > 2,
      unsafe slipway_socket_cookie(number) == slot.pointee.cookie
    else { return nil }
    // Low numbers are left to those that need them: see `duplicated`.
    let inherited = OwnedDescriptor(FileDescriptor(rawValue: number))
    guard let descriptor = try? inherited.descriptor.duplicated().release() else { return nil }
    let state: State
    switch unsafe slot.pointee.state {
    case SLIPWAY_SLOT_WAITING.rawValue:
      state = unsafe .waiting(
        heldSince: slot.pointee.held_since == 0 ? nil : slot.pointee.held_since
      )
    case SLIPWAY_SLOT_DISPATCHED.rawValue:
      state = unsafe .dispatched(
        mount: slot.pointee.mount < 0 ? nil : Int(slot.pointee.mount),
        exchange: slot.pointee.exchange,
        begun: slot.pointee.begun
      )
    case SLIPWAY_SLOT_RESPONDING_UNTIL_CLOSE.rawValue:
      descriptor.resetOnClose()
      try? descriptor.close()
      return nil
    default:
      try? descriptor.close()
      return nil
    }
    let host = unsafe withUnsafeBytes(of: &slot.pointee.host) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let byteCount = unsafe min(Int(slot.pointee.byte_count), SLIPWAY_SLOT_BYTES)
    return unsafe ConnectionRemains(
      slot: index,
      state: state,
      bytes: Array(
        UnsafeBufferPointer(
          start: slipway_slot_bytes(area.area, UInt32(index)),
          count: byteCount
        )
      ),
      client: Client(
        origin: slot.pointee.origin,
        host: host.isEmpty ? nil : host,
        port: slot.pointee.port,
        isEncrypted: slot.pointee.is_encrypted != 0,
        isHTTP2: slot.pointee.is_http2 != 0
      ),
      descriptor: OwnedDescriptor(descriptor)
    )
  }
}
