import NIOCore
import SlipwayCore

/// The variables of a request (PEP 3333, "environ Variables"; RFC 3875) in the form that python.h says.
///
/// Native strings are what the bytes are in ISO-8859-1, so bytes are all that is written here.
struct Environ {
  private(set) var bytes: [UInt8] = []

  init(_ request: Request) {
    bytes.reserveCapacity(1024)
    add("REQUEST_METHOD", request.method.utf8)
    add("SCRIPT_NAME", request.mountPrefix.utf8)
    // The gateway has refused what cannot be decoded.
    add("PATH_INFO", PercentEncoding.decode(request.path.utf8) ?? Array(request.path.utf8))
    add("QUERY_STRING", request.query.utf8)
    add("REQUEST_URI", request.target.utf8)
    add("SERVER_PROTOCOL", request.httpMinorVersion == 0 ? "HTTP/1.0".utf8 : "HTTP/1.1".utf8)
    add("wsgi.url_scheme", request.scheme.utf8)
    if request.scheme == "https" { add("HTTPS", "on".utf8) }
    add("SERVER_SOFTWARE", "Slipway".utf8)
    add("GATEWAY_INTERFACE", "CGI/1.1".utf8)
    addServer(request)
    if let peer = request.peer, let address = peer.ipAddress {
      add("REMOTE_ADDR", address.utf8)
      add("REMOTE_PORT", String(peer.port ?? 0).utf8)
    }
    if case .known(let count) = request.body, count > 0 {
      add("CONTENT_LENGTH", String(count).utf8)
    }
    addFields(request.fields)
  }

  /// The name and port that the client asked for; never empty, as PEP 3333 demands.
  private mutating func addServer(_ request: Request) {
    let usual = request.scheme == "https" ? "443" : "80"
    var host = request.authority[...]
    var port = usual[...]
    // Not a colon inside the brackets of an IPv6 address.
    if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
      port = host[host.index(after: colon)...]
      host = host[..<colon]
    }
    add("SERVER_NAME", host.isEmpty ? "localhost".utf8[...] : host.utf8)
    add("SERVER_PORT", port.isEmpty ? usual.utf8[...] : port.utf8)
  }

  /// Fields as HTTP_ variables; several of one name are one, joined as RFC 9110, section 5.3, and for
  /// cookies RFC 6265, section 5.4, have it.
  ///
  /// A name with an underscore would be taken for one with a hyphen, and `Proxy` for the variable by
  /// which programs are told of a proxy (CVE-2016-5385): both are left out.
  private mutating func addFields(_ fields: FieldSection) {
    var variables: [(name: [UInt8], value: [UInt8])] = []
    variables.reserveCapacity(fields.count)
    unsafe fields.withUnsafeBytes { bytes in
      for line in fields.lines {
        let name = unsafe bytes[line.name].map(Self.variableByte)
        if name.contains(0) || name == Self.proxy { continue }
        let value = unsafe Array(bytes[line.value])
        if let index = variables.firstIndex(where: { $0.name == name }) {
          variables[index].value += (name == Self.cookie ? "; " : ",").utf8
          variables[index].value += value
        } else {
          variables.append((name, value))
        }
      }
    }
    for (name, value) in variables {
      if name == Self.contentLength { continue }
      add(name == Self.contentType ? name : Self.prefix + name, value)
    }
  }

  private static let prefix = Array("HTTP_".utf8)
  private static let proxy = Array("PROXY".utf8)
  private static let cookie = Array("COOKIE".utf8)
  private static let contentType = Array("CONTENT_TYPE".utf8)
  private static let contentLength = Array("CONTENT_LENGTH".utf8)

  /// 0 for what has no place in a variable's name.
  private static func variableByte(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "-"): UInt8(ascii: "_")
    case UInt8(ascii: "_"): 0
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
    default: byte
    }
  }

  private mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
    let count = name.utf8CodeUnitCount
    addSize(count)
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: count))
    addSize(value.count)
    bytes.append(contentsOf: value)
  }

  private mutating func add(_ name: [UInt8], _ value: [UInt8]) {
    addSize(name.count)
    bytes.append(contentsOf: name)
    addSize(value.count)
    bytes.append(contentsOf: value)
  }

  private mutating func addSize(_ count: Int) {
    let size = UInt32(truncatingIfNeeded: count).littleEndian
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: size >> shift))
    }
  }
}
