import CSlipwayShims
import Synchronization

/// The connections of this image, in the memory that a crash leaves behind.
///
/// A connection that finds no room, beyond the first 4,096, is cut by a crash.
package final class ConnectionTable: Sendable {
  private struct State {
    /// The last one that was given back is the next that is given out: so memory follows the number
    /// of connections, not their turnover.
    var free: [Int] = []
    var next = 0
  }

  private let area: CrashArea
  private let state = Mutex(State())

  package init(_ area: CrashArea) {
    self.area = area
  }

  /// Enters a connection. nil if there is no room, or the socket is none. Any thread.
  package func enter(_ socket: Int32) -> ConnectionSlot? {
    let cookie = slipway_socket_cookie(socket)
    guard cookie != 0 else { return nil }
    let index: Int? = state.withLock { state in
      if let free = state.free.popLast() { return free }
      guard state.next < SLIPWAY_SLOT_LIMIT else { return nil }
      defer { state.next += 1 }
      unsafe area.area.pointee.slot_count = UInt32(state.next + 1)
      return state.next
    }
    return index.map { ConnectionSlot($0, of: self, in: area, socket: socket, cookie: cookie) }
  }

  fileprivate func giveBack(_ index: Int) {
    state.withLock { $0.free.append(index) }
  }
}

/// What the next image will know of one connection. Its owner sees to it that one thread at a time
/// writes; the connection leaves the table with its last reference.
///
/// Unchecked: the memory is the slot's alone.
@safe package final class ConnectionSlot: @unchecked Sendable {
  package let index: Int
  private let table: ConnectionTable
  private let slot: UnsafeMutablePointer<slipway_slot>
  private let bytes: UnsafeMutablePointer<UInt8>

  fileprivate init(
    _ index: Int,
    of table: ConnectionTable,
    in area: CrashArea,
    socket: Int32,
    cookie: UInt64
  ) {
    self.index = index
    self.table = table
    unsafe slot = slipway_area_slot(area.area, CInt(index))
    unsafe bytes = slipway_slot_bytes(area.area, UInt32(index))
    unsafe slot.pointee = slipway_slot()
    unsafe slot.pointee.descriptor = socket
    unsafe slot.pointee.cookie = cookie
    unsafe slot.pointee.mount = -1
    unsafe slipway_slot_set(slot, SLIPWAY_SLOT_WAITING.rawValue)
  }

  deinit {
    unsafe slipway_slot_set(slot, SLIPWAY_SLOT_FREE.rawValue)
    table.giveBack(index)
  }

  /// The connection goes on under another number.
  package func move(to descriptor: Int32) { unsafe slot.pointee.descriptor = descriptor }

  /// Where the client is.
  package func locate(
    origin: UInt32,
    host: String?,
    port: UInt16,
    isEncrypted: Bool,
    isHTTP2: Bool
  ) {
    unsafe slot.pointee.origin = origin
    unsafe slot.pointee.port = port
    unsafe slot.pointee.is_encrypted = isEncrypted ? 1 : 0
    unsafe slot.pointee.is_http2 = isHTTP2 ? 1 : 0
    unsafe withUnsafeMutableBytes(of: &slot.pointee.host) { field in
      unsafe field.copyBytes(from: (host ?? "").utf8.prefix(field.count - 1) + [0])
    }
  }

  /// Between requests, or held: these bytes were read, and no application has been told of them.
  package func wait(with input: UnsafeRawBufferPointer, heldSince: UInt64) {
    guard input.count <= SLIPWAY_SLOT_BYTES else {
      unsafe slot.pointee.byte_count = 0
      return unsafe slipway_slot_set(slot, SLIPWAY_SLOT_LOST.rawValue)
    }
    if let start = input.baseAddress, input.count > 0 {
      unsafe UnsafeMutableRawPointer(bytes).copyMemory(from: start, byteCount: input.count)
    }
    unsafe slot.pointee.byte_count = UInt32(input.count)
    unsafe slot.pointee.held_since = heldSince
    unsafe slipway_slot_set(slot, SLIPWAY_SLOT_WAITING.rawValue)
  }

  /// An application gets the request whose head is the first `headCount` of the bytes that were
  /// waiting. `begun` in nanoseconds of the monotonic clock.
  package func dispatch(headCount: Int, mount: Int, exchange: UInt64, begun: UInt64) {
    unsafe slot.pointee.byte_count = min(slot.pointee.byte_count, UInt32(clamping: headCount))
    unsafe slot.pointee.mount = Int32(clamping: mount)
    unsafe slot.pointee.exchange = exchange
    unsafe slot.pointee.begun = begun
    unsafe slipway_slot_set(slot, SLIPWAY_SLOT_DISPATCHED.rawValue)
  }

  /// From now on the client may get bytes of a response.
  package func respond(untilClose: Bool) {
    unsafe slipway_slot_set(
      slot,
      untilClose
        ? SLIPWAY_SLOT_RESPONDING_UNTIL_CLOSE.rawValue : SLIPWAY_SLOT_RESPONDING.rawValue
    )
  }
}
