package import NIOHPACK
package import NIOHTTP1

// From HTTP/2 to HTTP/1.1: RFC 9113, section 8. What is not exact here could become another request
// behind it, so everything that has no place in a message of HTTP/1.1 is refused.
extension HTTPRequestHead {
  /// The request whose header section `headers` is; nil if it is malformed.
  ///
  /// - Parameter isWhole: whether no body follows.
  package init?(_ headers: HPACKHeaders, isWhole: Bool) {
    guard let method = headers.pseudo(":method"), method.utf8.allSatisfy(\.isInToken),
      method != "CONNECT",
      let path = headers.pseudo(":path"),
      path.hasPrefix("/") || (path == "*" && method == "OPTIONS"),
      headers.pseudo(":scheme") != nil,
      let authority = headers.authority
    else { return nil }
    // RFC 9110, section 9.3.8: a TRACE has no content.
    guard isWhole || method != "TRACE" else { return nil }

    var fields = HTTPHeaders([("Host", authority)])
    var cookies: [String] = []
    for (name, value, _) in headers where !name.hasPrefix(":") && name != "host" {
      guard name.isFieldName, value.isFieldValue else { return nil }
      switch name {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
        return nil
      case "te":
        guard value == "trailers" else { return nil }
      case "cookie": cookies.append(value)
      default: fields.add(name: name, value: value)
      }
    }
    // RFC 9113, section 8.2.3: they were split for compression only.
    if !cookies.isEmpty { fields.add(name: "cookie", value: cookies.joined(separator: "; ")) }
    if !fields.contains(name: "content-length") {
      if !isWhole {
        fields.add(name: "transfer-encoding", value: "chunked")
      } else if ["POST", "PUT", "PATCH"].contains(method) {
        fields.add(name: "content-length", value: "0")
      }
    }
    self.init(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path, headers: fields)
  }
}

extension HTTPHeaders {
  /// A trailer section; nil if it is malformed. Framing and routing do not belong there, and are left
  /// out (RFC 9110, section 6.5.1).
  package init?(trailers: HPACKHeaders) {
    self.init()
    for (name, value, _) in trailers {
      guard !name.hasPrefix(":"), name.isFieldName, value.isFieldValue else { return nil }
      switch name {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
        return nil
      case "content-length", "host", "te", "trailer": continue
      default: add(name: name, value: value)
      }
    }
  }
}

extension HPACKHeaders {
  /// A pseudo-header field that is there once and has neither spaces nor control characters.
  fileprivate func pseudo(_ name: String) -> String? {
    let values = self[name]
    guard values.count == 1, let value = values.first, !value.isEmpty,
      value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return nil }
    return value
  }

  /// RFC 9113, section 8.3.1: `:authority`, and `Host` only if it says the same or stands alone.
  fileprivate var authority: String? {
    let hosts = self["host"]
    guard hosts.count < 2 else { return nil }
    guard contains(name: ":authority") else {
      return hosts.first.flatMap { !$0.isEmpty && $0.isFieldValue ? $0 : nil }
    }
    guard let authority = pseudo(":authority"), hosts.first ?? authority == authority else {
      return nil
    }
    return authority
  }
}

extension String {
  /// A token in lower case: RFC 9113, section 8.2.1.
  fileprivate var isFieldName: Bool {
    !isEmpty && utf8.allSatisfy { $0.isInToken && !(0x41...0x5A).contains($0) }
  }

  fileprivate var isFieldValue: Bool {
    utf8.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
  }
}

extension UInt8 {
  /// `tchar` of RFC 9110, section 5.6.2.
  fileprivate var isInToken: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}
