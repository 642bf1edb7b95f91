import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Version 2 of the PROXY protocol, against its specification.
@Suite(.timeLimit(.minutes(5)))
struct ProxyHeaderTests {
  private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
  private static let internet4: [UInt8] = [192, 0, 2, 7, 127, 0, 0, 1, 0x9C, 0x40, 0x1F, 0x90]
  private static let internet6: [UInt8] =
    [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]
    + [UInt8](repeating: 0, count: 15) + [1] + [0x9C, 0x40, 0x1F, 0x90]
  /// PP2_TYPE_SSL with PP2_CLIENT_SSL and without it.
  private static let ssl: [UInt8] = [0x20, 0, 5, 1, 0, 0, 0, 1]
  private static let noSSL: [UInt8] = [0x20, 0, 5, 0, 0, 0, 0, 0]
  /// PP2_TYPE_ALPN with `h2`, and with `http/1.1`.
  private static let http2: [UInt8] = [0x01, 0, 2, 0x68, 0x32]
  private static let http1: [UInt8] = [0x01, 0, 8] + Array("http/1.1".utf8)
  /// PP2_TYPE_NOOP, which is to be skipped.
  private static let noop: [UInt8] = [0x04, 0, 3, 9, 9, 9]

  /// PROXY over TCP4.
  private static func header(_ body: [UInt8]) -> [UInt8] { header(0x21, 0x11, body) }

  private static func header(
    _ command: UInt8,
    _ family: UInt8,
    _ body: [UInt8],
    length: Int? = nil
  ) -> [UInt8] {
    let length = length ?? body.count
    return signature + [command, family, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)] + body
  }

  private static func client(
    _ host: String?,
    _ port: UInt16,
    encrypted: Bool,
    http2: Bool = false
  ) -> ConnectionOrigin {
    .client(RelayedClient(host: host, port: port, isEncrypted: encrypted, isHTTP2: http2))
  }

  private func parse(_ bytes: [UInt8]) -> ProxyHeader.Parsed {
    ProxyHeader.parse(ByteBuffer(bytes: bytes).readableBytesView)
  }

  @Test(arguments: [
    (header(internet4), client("192.0.2.7", 40_000, encrypted: false)),
    (header(internet4 + ssl), client("192.0.2.7", 40_000, encrypted: true)),
    (header(internet4 + noop + ssl + noop), client("192.0.2.7", 40_000, encrypted: true)),
    (header(internet4 + http2 + ssl), client("192.0.2.7", 40_000, encrypted: true, http2: true)),
    (header(internet4 + http1 + ssl), client("192.0.2.7", 40_000, encrypted: true)),
    (header(internet4 + noSSL), client("192.0.2.7", 40_000, encrypted: false)),
    (header(0x21, 0x21, internet6 + ssl), client("2001:db8::7", 40_000, encrypted: true)),
    (header(0x21, 0x00, []), client(nil, 0, encrypted: false)),
    (header(0x21, 0x00, ssl), client(nil, 0, encrypted: true)),
    (header(0x20, 0x00, []), .peer),
    (header(0x20, 0x11, internet4), .peer),
  ])
  func aHeaderTellsWhereTheClientIs(bytes: [UInt8], origin: ConnectionOrigin) {
    let rest = Array("GET / HTTP/1.1".utf8)
    #expect(parse(bytes + rest) == .complete(origin, byteCount: bytes.count))
    for count in 0..<bytes.count {
      #expect(parse(Array(bytes[..<count])) == .incomplete)
    }
  }

  @Test(arguments: [
    Array("GET / HTTP/1.1\r\n".utf8),
    Array("PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\n".utf8),
    [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 11],
    [22, 3, 1],
    header(0x11, 0x11, internet4),
    header(0x31, 0x11, internet4),
    header(0x22, 0x11, internet4),
    header(0x2F, 0x11, internet4),
    header(0x21, 0x12, internet4),
    header(0x21, 0x31, internet4),
    header(0x21, 0xFF, internet4),
    header(0x21, 0x11, Array(internet4.dropLast())),
    header(0x21, 0x11, []),
    header(0x21, 0x21, internet4),
    header(internet4 + [0x20]),
    header(internet4 + [0x20, 0]),
    header(internet4 + [0x20, 0, 5, 1]),
    header(internet4 + [0x20, 0, 0]),
    header(internet4 + [0x20, 0xFF, 0xFF]),
    header(0x21, 0x11, internet4, length: 0xFFFF),
    header(0x20, 0x00, [], length: 1009),
  ])
  func whatIsNoHeaderIsRefused(bytes: [UInt8]) {
    #expect(parse(bytes) == .invalid)
  }

  @Test(arguments: [
    ("192.0.2.7", "127.0.0.1", "TLSv1.3", "h2"), ("2001:db8::7", "::1", "TLSv1.2", "http/1.1"),
    ("192.0.2.7", "127.0.0.1", nil, nil),
  ])
  func whatIsWrittenIsRead(
    client: String,
    server: String,
    version: String?,
    applicationProtocol: String?
  ) throws {
    let header = ProxyHeader.encode(
      client: try SocketAddress(ipAddress: client, port: 65_535),
      server: try SocketAddress(ipAddress: server, port: 443),
      tlsVersion: version,
      applicationProtocol: applicationProtocol
    )
    #expect(
      ProxyHeader.parse(header.readableBytesView)
        == .complete(
          Self.client(
            client,
            65_535,
            encrypted: version != nil,
            http2: applicationProtocol == "h2"
          ),
          byteCount: header.readableBytes
        )
    )
  }

  @Test func aClientWithoutAnInternetAddressIsUnknown() throws {
    let header = ProxyHeader.encode(
      client: try SocketAddress(unixDomainSocketPath: "/tmp/x"),
      server: nil,
      tlsVersion: "TLSv1.3"
    )
    #expect(
      ProxyHeader.parse(header.readableBytesView)
        == .complete(Self.client(nil, 0, encrypted: true), byteCount: header.readableBytes)
    )
  }

  @Test func noBytesTrapOrAreReadBeyondTheirEnd() {
    var random = SeededGenerator(seed: 144)
    let whole = Self.header(Self.internet4 + Self.noop + Self.ssl)
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255,
          using: &random
        )
      }
      bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      if case .complete(_, let count) = parse(bytes) { #expect(count <= bytes.count) }
    }
  }
}
