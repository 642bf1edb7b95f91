import NIOCore
import SlipwayCore

/// The variables of a request (PEP 3333, "environ Variables"; RFC 3875) in the form that python.h says.
///
/// Native strings are what the bytes are in ISO-8859-1, so bytes are all that is written here.
struct Environ: ~Copyable {
  /// One for each thread, used again.
  private(set) var texts = SizedTexts(capacity: 960)

  /// What has the same value in all requests of an application is in `load` of gateway.py.
  mutating func describe(_ request: borrowing Request) {
    texts.removeAll()
    add("REQUEST_METHOD", request.method)
    add("SCRIPT_NAME", request.mountPrefix)
    addPath(request.path)
    add("QUERY_STRING", request.query)
    add("REQUEST_URI", request.target)
    add("SERVER_PROTOCOL", request.httpMinorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1")
    add("wsgi.url_scheme", request.scheme)
    if request.scheme == "https" { add("HTTPS", "on") }
    addServer(request)
    if let peer = request.peer, let address = peer.ipAddress {
      add("REMOTE_ADDR", address)
      add("REMOTE_PORT", String(peer.port ?? 0))
    }
    if case .known(let count) = request.body, count > 0 {
      add("CONTENT_LENGTH", String(count))
    }
    addFields(request.fields)
  }

  private mutating func addPath(_ path: String) {
    guard path.utf8.contains(UInt8(ascii: "%")), let decoded = PercentEncoding.decode(path.utf8)
    else {
      // The gateway has refused what cannot be decoded.
      return add("PATH_INFO", path)
    }
    texts.append("PATH_INFO")
    unsafe decoded.withUnsafeBytes { unsafe texts.append($0) }
  }

  /// The name and port that the client asked for; never empty, as PEP 3333 demands.
  private mutating func addServer(_ request: borrowing Request) {
    let usual: StaticString = request.scheme == "https" ? "443" : "80"
    unsafe request.authority.utf8Span.span.bytes.withUnsafeBytes { authority in
      var (host, port) = unsafe (authority[...], authority[authority.endIndex...])
      // Not a colon inside the brackets of an IPv6 address.
      if let colon = unsafe authority.lastIndex(of: UInt8(ascii: ":")),
        unsafe !authority[colon...].contains(UInt8(ascii: "]"))
      {
        unsafe (host, port) = (authority[..<colon], authority[(colon + 1)...])
      }
      texts.append("SERVER_NAME")
      if unsafe host.isEmpty { texts.append("localhost") } else { unsafe texts.append(host) }
      texts.append("SERVER_PORT")
      if unsafe port.isEmpty { texts.append(usual) } else { unsafe texts.append(port) }
    }
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
          unsafe name.isVariable(UnsafeRawBufferPointer(rebasing: section[other.name]))
        }
        // Of several the first has brought all.
        if unsafe name.contains(UInt8(ascii: "_")) || name.isVariable("PROXY")
          || name.isVariable("CONTENT_LENGTH")
          || fields.lines[..<index].contains(where: isNamedSo)
        {
          continue
        }
        let prefix: StaticString = unsafe name.isVariable("CONTENT_TYPE") ? "" : "HTTP_"
        unsafe texts.append(prefix, name) { $0.inVariable }
        unsafe texts.append(UnsafeRawBufferPointer(rebasing: section[line.value]))
        for other in fields.lines[(index + 1)...] where isNamedSo(other) {
          unsafe texts.extend(by: name.isVariable("COOKIE") ? "; " : ",", section[other.value])
        }
      }
    }
  }

  private mutating func add(_ name: StaticString, _ value: String) {
    texts.append(name)
    texts.append(value.utf8Span.span)
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
  fileprivate func isVariable(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    for index in indices
    where unsafe self[index].inVariable != other[index].inVariable { return false }
    return true
  }

  fileprivate func isVariable(_ other: StaticString) -> Bool {
    unsafe isVariable(UnsafeRawBufferPointer(other))
  }
}
