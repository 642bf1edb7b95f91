/// The head of a request: request line and header section, checked, with its framing decided.
package struct RequestHead: Equatable {
  package var method: String
  package var target: String
  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  package var minorVersion: Int
  package var fields: FieldSection
  /// The value of the Host field; empty without one.
  package var host: String
  package var body: Request.BodyLength
  /// Whether the client wants to go on using the connection (RFC 9112, section 9.3).
  package var keepsAlive: Bool
  /// Whether the client waits for 100 Continue before it sends the body.
  package var expectsContinue: Bool
  /// From the first byte of the request to the first byte of its body.
  package var byteCount: Int
  /// The protocols that the client offers to switch to, as it listed them (RFC 9110, section 7.8);
  /// nil for none.
  package var upgrade: String?
}

extension RequestHead {
  /// Reads the lines of a head; `lines` are ranges of `bytes` without their CR LF, the request line
  /// first. RFC 9112, sections 3, 5 and 6, without any of the leniences that it allows.
  static func parse(
    _ bytes: UnsafeRawBufferPointer,
    lines: [Range<Int>],
    byteCount: Int
  ) throws(Refusal) -> RequestHead {
    var head = RequestHead(
      method: "",
      target: "",
      minorVersion: 1,
      fields: FieldSection(),
      host: "",
      body: .none,
      keepsAlive: true,
      expectsContinue: false,
      byteCount: byteCount
    )
    try head.readRequestLine(bytes, lines[0])

    var framing = FramingFields()
    head.keepsAlive = head.minorVersion == 1
    if lines.count > 1 {
      let start = lines[1].lowerBound
      let section = UnsafeRawBufferPointer(rebasing: bytes[start..<byteCount])
      var fields: [FieldLine] = []
      fields.reserveCapacity(lines.count - 1)
      for range in lines.dropFirst() {
        let place = range.lowerBound - start..<range.upperBound - start
        guard let line = FieldLine(section, in: place) else {
          throw .malformed("A header field line is malformed.")
        }
        try head.note(line, of: section, in: &framing)
        fields.append(line)
      }
      head.fields = FieldSection(fields, of: section)
    }
    try head.settle(framing)
    return head
  }

  /// What the fields that decide about framing and routing say.
  private struct FramingFields {
    var contentLength: Int?
    var hasTransferCoding = false
    var hasHost = false
    /// Connection has the option `close`, which counts more than any other.
    var closes = false
    /// Whether `Connection` has the option without which `Upgrade` is not for this server.
    var namesUpgrade = false
  }

  /// method SP request-target SP HTTP-version
  private mutating func readRequestLine(
    _ bytes: UnsafeRawBufferPointer,
    _ line: Range<Int>
  ) throws(Refusal) {
    let malformed = Refusal.malformed("The request line is malformed.")
    var position = line.lowerBound
    while position < line.upperBound, Syntax.isToken(bytes[position]) { position += 1 }
    guard position > line.lowerBound, position < line.upperBound, bytes[position] == Syntax.space
    else { throw malformed }
    method = bytes.text(in: line.lowerBound..<position)

    let start = position + 1
    position = start
    var isASCII = true
    while position < line.upperBound, Syntax.isTarget(bytes[position]) {
      isASCII = isASCII && bytes[position] < 0x80
      position += 1
    }
    guard position > start, position < line.upperBound, bytes[position] == Syntax.space
    else { throw malformed }
    if isASCII {
      target = bytes.text(in: start..<position)
    } else {
      guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
        throw .malformed("The request target is not UTF-8.")
      }
      target = text
    }

    let version = position + 1..<line.upperBound
    guard let digit = Self.minorVersion(bytes, version) else {
      let text = bytes.text(in: version)
      throw text.isHTTPVersion ? .unsupportedVersion(text) : malformed
    }
    // RFC 9110, section 2.5: a later minor version is taken as the one we know.
    minorVersion = min(digit, 1)
  }

  /// The digit behind `HTTP/1.`, which is case-sensitive.
  private static func minorVersion(
    _ bytes: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) -> Int? {
    let name: StaticString = "HTTP/1."
    guard range.count == name.utf8CodeUnitCount + 1 else { return nil }
    for offset in 0..<name.utf8CodeUnitCount
    where bytes[range.lowerBound + offset] != name.utf8Start[offset] { return nil }
    return Int(digits: bytes[range.upperBound - 1..<range.upperBound])
  }

  /// Looks at a field that decides about framing, routing or the connection.
  private mutating func note(
    _ line: FieldLine,
    of bytes: UnsafeRawBufferPointer,
    in framing: inout FramingFields
  ) throws(Refusal) {
    switch line.name.count {
    case 4 where line.isNamed("host", in: bytes):
      guard !framing.hasHost else { throw .malformed("The request has more than one Host field.") }
      guard bytes[line.value].allSatisfy(Syntax.isHost) else {
        throw .malformed("The Host field is malformed.")
      }
      framing.hasHost = true
      host = bytes.text(in: line.value)
    case 7 where line.isNamed("upgrade", in: bytes):
      let protocols = bytes.text(in: line.value)
      upgrade = upgrade.map { "\($0), \(protocols)" } ?? protocols
    case 6 where line.isNamed("expect", in: bytes):
      for expectation in FieldList(bytes, in: line.value) {
        guard bytes.equals("100-continue", ignoringCaseIn: expectation) else {
          throw .unknownExpectation
        }
        expectsContinue = minorVersion == 1
      }
    case 10 where line.isNamed("connection", in: bytes):
      for option in FieldList(bytes, in: line.value) {
        if bytes.equals("close", ignoringCaseIn: option) {
          framing.closes = true
        } else if minorVersion == 0, bytes.equals("keep-alive", ignoringCaseIn: option) {
          keepsAlive = true
        } else if bytes.equals("upgrade", ignoringCaseIn: option) {
          framing.namesUpgrade = true
        }
      }
    case 14 where line.isNamed("content-length", in: bytes):
      guard framing.contentLength == nil else {
        throw .malformed("The request has more than one Content-Length field.")
      }
      guard let length = Int(digits: bytes[line.value]) else {
        throw .malformed("The Content-Length field is not a number that fits.")
      }
      framing.contentLength = length
    case 17 where line.isNamed("transfer-encoding", in: bytes):
      guard !framing.hasTransferCoding else {
        throw .malformed("The request has more than one Transfer-Encoding field.")
      }
      guard minorVersion == 1 else {
        throw .malformed("HTTP/1.0 has no Transfer-Encoding.")
      }
      guard bytes.equals("chunked", ignoringCaseIn: line.value) else {
        throw Self.refusal(ofTransferCodings: FieldList(bytes, in: line.value), of: bytes)
      }
      framing.hasTransferCoding = true
    default:
      break
    }
  }

  /// RFC 9112: where chunked is not the last coding, nobody knows the end of the body (section 6.3,
  /// rule 4); one before it is not known here (section 6.1).
  private static func refusal(
    ofTransferCodings codings: FieldList,
    of bytes: UnsafeRawBufferPointer
  ) -> Refusal {
    let isChunked = codings.map { bytes.equals("chunked", ignoringCaseIn: $0) }
    let endsOnce = isChunked.last == true && isChunked.count(where: \.self) == 1
    return endsOnce && isChunked.count > 1
      ? .unknownTransferCoding
      : .malformed("Transfer-Encoding is not one list whose last and only chunked is its end.")
  }

  /// Decides how the body is framed (RFC 9112, section 6.3), once all fields are known.
  private mutating func settle(_ framing: FramingFields) throws(Refusal) {
    if minorVersion == 1 && !framing.hasHost {
      throw .malformed("The request has no Host field.")
    }
    guard method != "CONNECT" else { throw target.isAuthorityForm ? .noTunnel : .notAuthority }
    if framing.closes { keepsAlive = false }
    switch (framing.contentLength, framing.hasTransferCoding) {
    case (_?, true):
      throw .malformed("The request has both Content-Length and Transfer-Encoding.")
    case (nil, true): body = .unknown
    case (let length?, false): body = length > 0 ? .known(length) : .none
    case (nil, false): body = .none
    }
    // RFC 9110, section 7.8: the two fields go together, and not with HTTP/1.0.
    if !framing.namesUpgrade || minorVersion == 0 || upgrade?.isEmpty == true { upgrade = nil }
    // RFC 9110, section 10.1.1: without content there is nothing to wait with.
    if body == .none { expectsContinue = false }
  }
}

extension String {
  fileprivate var isHTTPVersion: Bool {
    let bytes = Array(utf8)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return bytes.count == 8 && bytes.starts(with: Array("HTTP/".utf8))
      && digits.contains(bytes[5]) && bytes[6] == UInt8(ascii: ".") && digits.contains(bytes[7])
  }
}

extension String {
  /// uri-host ":" port (RFC 9112, section 3.2.3).
  fileprivate var isAuthorityForm: Bool {
    guard let colon = utf8.lastIndex(of: Syntax.colon), colon != utf8.startIndex else {
      return false
    }
    let port = utf8[utf8.index(after: colon)...]
    return utf8[..<colon].allSatisfy(Syntax.isHost) && Int(digits: port) != nil
  }
}

extension Int {
  /// 1*DIGIT; nil for anything else and for what does not fit.
  init?(digits: some Collection<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value = 0
    for byte in digits {
      guard byte >= 0x30 && byte <= 0x39 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte - 0x30))
      guard !overflow && !carry else { return nil }
      value = sum
    }
    self = value
  }
}

extension RequestHead {
  /// The authority that the request is for: of an absolute-form target, or the Host field
  /// (RFC 9112, section 3.2.2).
  package var authority: String {
    // By bytes, as the target is split: to a String, a slash with an accent on it is no slash.
    let bytes = target.utf8
    guard bytes.first != UInt8(ascii: "/"), let scheme = bytes.firstRange(of: "://".utf8) else {
      return host
    }
    let rest = bytes[scheme.upperBound...]
    return String(
      Substring(rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
    )
  }
}
