import Glibc
package import NIOCore

/// The header in front of a relayed connection: version 2 of HAProxy's PROXY protocol.
///
/// It is read from listeners of our own only. Anybody could write one, and be anybody.
package enum ProxyHeader {
  /// Bytes of a header that is still read. One of ours has 74 or fewer.
  package static let limit = 1024

  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]
  /// Signature, version and command, family, length of the rest.
  private static let fixedLength = 16

  private enum Family {
    static let internet4: UInt8 = 0x11
    static let internet6: UInt8 = 0x21
    static let unknown: UInt8 = 0x00
  }

  private enum TLV {
    static let alpn: UInt8 = 0x01
    static let ssl: UInt8 = 0x20
    static let clientSpeaksSSL: UInt8 = 0x01
  }

  package enum Parsed: Sendable, Equatable {
    /// What is there may be the beginning of one.
    case incomplete
    case invalid
    case complete(ConnectionOrigin, byteCount: Int)
  }

  /// Reads the header at the beginning of `bytes`.
  package static func parse(_ bytes: ByteBufferView) -> Parsed {
    guard bytes.prefix(signature.count).elementsEqual(signature.prefix(bytes.count)) else {
      return .invalid
    }
    guard bytes.count >= fixedLength else { return .incomplete }
    var rest = ByteBuffer(bytes)
    rest.moveReaderIndex(forwardBy: signature.count)
    guard let versionAndCommand: UInt8 = rest.readInteger(),
      let family: UInt8 = rest.readInteger(),
      let length: UInt16 = rest.readInteger(),
      versionAndCommand >> 4 == 2
    else { return .invalid }
    let byteCount = fixedLength + Int(length)
    guard byteCount <= limit else { return .invalid }
    guard var body = rest.readSlice(length: Int(length)) else { return .incomplete }
    switch versionAndCommand & 0x0F {
    case 0:  // LOCAL: the relay speaks for itself.
      return .complete(.peer, byteCount: byteCount)
    case 1:  // PROXY
      guard let address = readAddress(family, from: &body),
        let transport = readTransport(from: &body)
      else { return .invalid }
      let client = RelayedClient(
        host: address.host,
        port: address.port,
        isEncrypted: transport.isEncrypted,
        isHTTP2: transport.isHTTP2
      )
      return .complete(.client(client), byteCount: byteCount)
    default:
      return .invalid
    }
  }

  /// The header for a connection that `client` has made to `server`.
  ///
  /// - Parameter version: The TLS version as BoringSSL spells it, such as `TLSv1.3`; nil without TLS.
  /// - Parameter applicationProtocol: What client and relay speak, as ALPN calls it (RFC 7301).
  package static func encode(
    client: SocketAddress?,
    server: SocketAddress?,
    tlsVersion version: String?,
    applicationProtocol: String? = nil
  ) -> ByteBuffer {
    var body = ByteBuffer()
    let family = writeAddresses(client, server, into: &body)
    if let applicationProtocol {
      let name = applicationProtocol.utf8.prefix(32)
      body.writeInteger(TLV.alpn)
      body.writeInteger(UInt16(name.count))
      body.writeBytes(name)
    }
    if let version {
      let name = version.utf8.prefix(32)
      body.writeInteger(TLV.ssl)
      body.writeInteger(UInt16(8 + name.count))
      body.writeInteger(TLV.clientSpeaksSSL)
      // No certificate of the client was verified.
      body.writeInteger(UInt32(1))
      body.writeInteger(UInt8(0x21))
      body.writeInteger(UInt16(name.count))
      body.writeBytes(name)
    }
    var header = ByteBuffer(bytes: signature)
    header.writeInteger(UInt8(0x21))
    header.writeInteger(family)
    header.writeInteger(UInt16(body.readableBytes))
    header.writeBuffer(&body)
    return header
  }

  // MARK: Parts

  private static func readAddress(
    _ family: UInt8,
    from body: inout ByteBuffer
  ) -> (host: String?, port: UInt16)? {
    let size: Int
    switch family {
    case Family.internet4: size = 4
    case Family.internet6: size = 16
    case Family.unknown: return (nil, 0)
    default: return nil
    }
    guard let source = body.readSlice(length: size),
      body.readSlice(length: size) != nil,
      let port: UInt16 = body.readInteger(),
      body.readInteger(as: UInt16.self) != nil,
      let host = try? SocketAddress(packedIPAddress: source, port: Int(port)).ipAddress
    else { return nil }
    return (host, port)
  }

  /// Whether the TLVs say that the client speaks TLS, and HTTP/2; nil if they cannot be read.
  private static func readTransport(
    from body: inout ByteBuffer
  ) -> (isEncrypted: Bool, isHTTP2: Bool)? {
    var isEncrypted = false
    var isHTTP2 = false
    while body.readableBytes > 0 {
      guard let type: UInt8 = body.readInteger(),
        let length: UInt16 = body.readInteger(),
        let value = body.readSlice(length: Int(length))
      else { return nil }
      switch type {
      case TLV.alpn: isHTTP2 = value.readableBytesView.elementsEqual("h2".utf8)
      case TLV.ssl:
        guard let client: UInt8 = value.getInteger(at: value.readerIndex) else { return nil }
        isEncrypted = client & TLV.clientSpeaksSSL != 0
      default: break
      }
    }
    return (isEncrypted, isHTTP2)
  }

  private static func writeAddresses(
    _ client: SocketAddress?,
    _ server: SocketAddress?,
    into body: inout ByteBuffer
  ) -> UInt8 {
    guard let client, let server, let from = client.ipAddress, let to = server.ipAddress,
      client.protocol == server.protocol
    else { return Family.unknown }
    let isInternet6 = client.protocol == .inet6
    for address in [from, to] {
      // Without its zone, which means something on this machine only.
      var bytes = [UInt8](repeating: 0, count: isInternet6 ? 16 : 4)
      let host = String(address.prefix { $0 != "%" })
      guard inet_pton(isInternet6 ? AF_INET6 : AF_INET, host, &bytes) == 1 else {
        body.clear()
        return Family.unknown
      }
      body.writeBytes(bytes)
    }
    for port in [client.port, server.port] { body.writeInteger(UInt16(clamping: port ?? 0)) }
    return isInternet6 ? Family.internet6 : Family.internet4
  }
}
