import CSlipwayABI
import Glibc
import NIOCore
import NIOHTTP1
import SlipwayCore

extension Request {
  /// Calls `body` with the request in the form of the interface, which is valid until it returns.
  ///
  /// One allocation holds the field lines and all text: this is done for every request.
  func withABIRequest(_ body: (UnsafePointer<slipway_request>) -> Void) {
    // The path is as received, and the two are to make one URL.
    let mountPrefix = PercentEncoding.encode(path: mountPrefix)
    let room =
      Int(INET6_ADDRSTRLEN) + fields.roomForABIText + method.utf8.count + target.utf8.count
      + scheme.utf8.count + authority.utf8.count + mountPrefix.utf8.count + path.utf8.count
      + query.utf8.count
    unsafe RequestArena.with(fieldCount: fields.count, room: room) { arena in
      let lines = unsafe arena.place(fields)
      let address = unsafe arena.placeAddress(of: peer)
      var request = unsafe slipway_request(
        size: MemoryLayout<slipway_request>.size,
        method: arena.place(method),
        target: arena.place(target),
        scheme: arena.place(scheme),
        authority: arena.place(authority),
        mount_prefix: arena.place(mountPrefix),
        path: arena.place(path),
        query: arena.place(query),
        peer_address: address,
        fields: lines.baseAddress,
        field_count: lines.count,
        content_length: self.body.announced,
        peer_port: UInt16(clamping: peer?.port ?? 0),
        http_minor_version: UInt16(clamping: httpMinorVersion)
      )
      unsafe body(&request)
    }
  }
}

extension HTTPHeaders {
  /// Calls `body` with the field lines in the form of the interface, valid until it returns.
  func withABIFields(_ body: (UnsafePointer<slipway_field>?, Int) -> Void) {
    unsafe RequestArena.with(fieldCount: count, room: roomForABIText) { arena in
      let lines = unsafe arena.place(self)
      unsafe body(lines.baseAddress, lines.count)
    }
  }

  /// How many bytes all names and values have.
  fileprivate var roomForABIText: Int {
    var room = 0
    for (name, value) in self { room += name.utf8.count + value.utf8.count }
    return room
  }
}

extension Request.BodyLength {
  /// `slipway_request.content_length`.
  fileprivate var announced: Int64 {
    switch self {
    case .none: 0
    case .known(let count): Int64(count)
    case .unknown: Int64(SLIPWAY_LENGTH_UNKNOWN)
    }
  }
}

/// Memory for field lines and text that is gone when the call it is for returns.
@unsafe private struct RequestArena {
  private var lines: UnsafeMutableBufferPointer<slipway_field>
  private var text: UnsafeMutableRawBufferPointer

  /// Calls `body` with an arena for so many field lines, and `room` bytes of text.
  static func with(fieldCount: Int, room: Int, _ body: (inout RequestArena) -> Void) {
    let head = unsafe fieldCount * MemoryLayout<slipway_field>.stride
    unsafe withUnsafeTemporaryAllocation(
      byteCount: head + room,
      alignment: MemoryLayout<slipway_field>.alignment
    ) { memory in
      let lines = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<head])
      var arena = unsafe RequestArena(
        lines: lines.bindMemory(to: slipway_field.self),
        text: UnsafeMutableRawBufferPointer(rebasing: memory[head...])
      )
      unsafe body(&arena)
    }
  }

  mutating func place(_ string: String) -> slipway_bytes {
    let count = string.utf8.count
    unsafe text.copyBytes(from: string.utf8)
    return unsafe take(count)
  }

  mutating func place(_ fields: HTTPHeaders) -> UnsafeBufferPointer<slipway_field> {
    var index = 0
    for (name, value) in fields {
      let field = unsafe slipway_field(name: place(name), value: place(value))
      unsafe lines.initializeElement(at: index, to: field)
      index += 1
    }
    return unsafe UnsafeBufferPointer(rebasing: lines[..<index])
  }

  /// Writes a numeric address without making a string of it first; inet_ntop(3).
  mutating func placeAddress(of peer: SocketAddress?) -> slipway_bytes {
    // Where the address lies in sockaddr_in, ip(7), and in sockaddr_in6, ipv6(7).
    let family: (number: Int32, offset: Int)
    switch peer {
    case .v4: family = (AF_INET, 4)
    case .v6: family = (AF_INET6, 8)
    default: return unsafe slipway_bytes()
    }
    guard let place = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self) else {
      return unsafe slipway_bytes()
    }
    let written = unsafe peer?
      .withSockAddr { address, _ in
        unsafe inet_ntop(
          family.number,
          UnsafeRawPointer(address) + family.offset,
          place,
          socklen_t(INET6_ADDRSTRLEN)
        )
      }
    guard unsafe written != nil else { return unsafe slipway_bytes() }
    return unsafe take(strlen(place))
  }

  /// Takes the first `count` bytes of the free text off it.
  private mutating func take(_ count: Int) -> slipway_bytes {
    let start = unsafe text.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe text = UnsafeMutableRawBufferPointer(rebasing: text[count...])
    return unsafe slipway_bytes(start: start, count: count)
  }
}
