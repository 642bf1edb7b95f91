import NIOCore
import SlipwayCore

/// The variables of a request (PEP 3333, "environ Variables"; RFC 3875) in the form that python.h says.
///
/// Native strings are what the bytes are in ISO-8859-1, so bytes are all that is written here.
struct Environ {
  /// One for each thread, used again: below this size malloc(3) need not look at its big pieces.
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(960) }

  /// What has the same value in all requests of an application is in `load` of gateway.py.
  mutating func describe(_ request: borrowing Request) {
    bytes.removeAll(keepingCapacity: true)
    add("REQUEST_METHOD", request.method.utf8)
    add("SCRIPT_NAME", request.mountPrefix.utf8)
    addPath(request.path)
    add("QUERY_STRING", request.query.utf8)
    add("REQUEST_URI", request.target.utf8)
    add("SERVER_PROTOCOL", request.httpMinorVersion == 0 ? "HTTP/1.0".utf8 : "HTTP/1.1".utf8)
    add("wsgi.url_scheme", request.scheme.utf8)
    if request.scheme == "https" { add("HTTPS", "on".utf8) }
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

  private mutating func addPath(_ path: String) {
    guard path.utf8.contains(UInt8(ascii: "%")), let decoded = PercentEncoding.decode(path.utf8)
    else {
      // The gateway has refused what cannot be decoded.
      return add("PATH_INFO", path.utf8)
    }
    add("PATH_INFO", decoded)
  }

  /// The name and port that the client asked for; never empty, as PEP 3333 demands.
  private mutating func addServer(_ request: borrowing Request) {
    let usual = request.scheme == "https" ? "443" : "80"
    var host = request.authority.utf8[...]
    var port = usual.utf8[...]
    // Not a colon inside the brackets of an IPv6 address.
    if let colon = host.lastIndex(of: UInt8(ascii: ":")),
      !host[colon...].contains(UInt8(ascii: "]"))
    {
      port = host[host.index(after: colon)...]
      host = host[..<colon]
    }
    add("SERVER_NAME", host.isEmpty ? "localhost".utf8[...] : host)
    add("SERVER_PORT", port.isEmpty ? usual.utf8[...] : port)
  }

  /// Fields as HTTP_ variables; several of one name are one, joined as RFC 9110, section 5.3, and for
  /// cookies RFC 6265, section 5.4, have it.
  ///
  /// A name with an underscore would be taken for one with a hyphen, and `Proxy` for the variable by
  /// which programs are told of a proxy (CVE-2016-5385): both are left out.
  private mutating func addFields(_ fields: FieldSection) {
    unsafe fields.withUnsafeBytes { section in
      for (index, line) in fields.lines.enumerated() {
        let name = unsafe UnsafeRawBufferPointer(rebasing: section[line.name])
        func isNamedSo(_ other: FieldLine) -> Bool {
          unsafe other.name.count == name.count && name.isVariable(section[other.name])
        }
        // Of several the first has brought all.
        if unsafe name.contains(UInt8(ascii: "_")) || name.isVariable("PROXY".utf8)
          || name.isVariable("CONTENT_LENGTH".utf8)
          || fields.lines[..<index].contains(where: isNamedSo)
        {
          continue
        }
        addSized {
          if unsafe !name.isVariable("CONTENT_TYPE".utf8) { $0 += "HTTP_".utf8 }
          unsafe $0 += name.lazy.map(\.inVariable)
        }
        addSized {
          unsafe $0 += section[line.value]
          for other in fields.lines[(index + 1)...] where isNamedSo(other) {
            unsafe $0 += (name.isVariable("COOKIE".utf8) ? "; " : ",").utf8
            unsafe $0 += section[other.value]
          }
        }
      }
    }
  }

  private mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
    addSized {
      unsafe $0 += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }
    addSized { $0 += value }
  }

  /// Adds what `body` appends, after its size.
  private mutating func addSized(_ body: (inout [UInt8]) -> Void) {
    let start = bytes.count
    bytes += [0, 0, 0, 0]
    body(&bytes)
    let size = UInt32(truncatingIfNeeded: bytes.count - start - 4)
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: size, toByteOffset: start, as: UInt32.self)
    }
  }
}

extension UInt8 {
  /// As it is in the name of a variable.
  fileprivate var inVariable: UInt8 {
    switch self {
    case UInt8(ascii: "-"): UInt8(ascii: "_")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): self - 32
    default: self
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether two names of fields are one as variables.
  fileprivate func isVariable(_ other: some Sequence<UInt8>) -> Bool {
    unsafe elementsEqual(other) { $0.inVariable == $1.inVariable }
  }
}
