import CSlipwayABI
import Glibc
import NIOCore
import SlipwayCore

extension Request {
  /// Calls `body` with the request in the form of the interface, which is valid until it returns.
  ///
  /// Fields are passed where they are; one piece of memory holds all other text. It is not on the
  /// stack, for that takes a closure, and one that knows the request copies the whole of it.
  func withABIRequest(_ body: (UnsafePointer<slipway_request>) -> Void) {
    // The path is as received, and the two are to make one URL.
    let mountPrefix = PercentEncoding.encode(path: mountPrefix)
    let room =
      Int(INET6_ADDRSTRLEN) + method.utf8.count + target.utf8.count + scheme.utf8.count
      + authority.utf8.count + mountPrefix.utf8.count + path.utf8.count + query.utf8.count
      + (upgrade?.utf8.count ?? 0)
    let text = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { unsafe text.deallocate() }
    var arena = unsafe TextArena(text)
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
      fields: nil,
      field_count: 0,
      content_length: self.body.announced,
      peer_port: UInt16(clamping: peer?.port ?? 0),
      http_minor_version: UInt16(clamping: httpMinorVersion),
      upgrade: arena.place(upgrade ?? "")
    )
    unsafe fields.withABIFields { lines, lineCount in
      unsafe request.fields = lines
      unsafe request.field_count = lineCount
      unsafe body(&request)
    }
  }
}

extension FieldSection {
  /// Calls `body` with the field lines in the form of the interface, valid until it returns. Names
  /// and values are those of the section itself, byte for byte.
  func withABIFields(_ body: (UnsafePointer<slipway_field>?, Int) -> Void) {
    guard !isEmpty else { return body(nil, 0) }
    unsafe withUnsafeTemporaryAllocation(of: slipway_field.self, capacity: count) { fields in
      unsafe withUnsafeBytes { bytes in
        for (index, line) in lines.enumerated() {
          let field = unsafe slipway_field(
            name: slipway_bytes(bytes[line.name]),
            value: slipway_bytes(bytes[line.value])
          )
          unsafe fields.initializeElement(at: index, to: field)
        }
        unsafe body(fields.baseAddress, count)
      }
    }
  }
}

extension slipway_bytes {
  fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>) {
    let memory = unsafe UnsafeRawBufferPointer(rebasing: bytes)
    unsafe self.init(
      start: memory.baseAddress?.assumingMemoryBound(to: UInt8.self),
      count: memory.count
    )
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

/// Memory for text that is gone when the call it is for returns.
@unsafe private struct TextArena {
  private var text: UnsafeMutableRawBufferPointer

  init(_ memory: UnsafeMutableRawBufferPointer) {
    unsafe text = memory
  }

  mutating func place(_ string: String) -> slipway_bytes {
    let count = string.utf8.count
    unsafe text.copyBytes(from: string.utf8)
    return unsafe take(count)
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
