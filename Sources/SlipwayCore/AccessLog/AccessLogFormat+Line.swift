import Glibc

extension AccessLogFormat {
  /// A moment, as exactly as the system tells it.
  package struct Moment: Sendable, Equatable {
    /// Since 1970: time(2).
    package var seconds: Int
    /// 0 to 999,999.
    package var microseconds: Int

    package init(seconds: Int, microseconds: Int) {
      self.seconds = seconds
      self.microseconds = microseconds
    }

    func before(_ duration: Duration) -> Moment {
      let (seconds, attoseconds) = duration.components
      let passed = Int(attoseconds / 1_000_000_000_000)
      var moment = self
      moment.seconds &-= Int(clamping: seconds)
      moment.microseconds -= passed
      while moment.microseconds < 0 {
        moment.microseconds += 1_000_000
        moment.seconds &-= 1
      }
      return moment
    }
  }

  /// The line of one exchange, without a line break: whatever the request contained, the format
  /// alone can end a line.
  ///
  /// - Parameter end: when the exchange ended.
  package func line(for record: ExchangeRecord, at end: Moment) -> [UInt8] {
    var line = AccessLogLine()
    for part in parts {
      switch part {
      case .literal(let bytes): line.append(bytes)
      case .value(_, let condition?) where !condition.holds(for: record.status): line.dash()
      case .value(let value, _): append(value, of: record, at: end, to: &line)
      }
    }
    return line.bytes
  }

  private func append(
    _ value: Value,
    of record: ExchangeRecord,
    at end: Moment,
    to line: inout AccessLogLine
  ) {
    // A refused request has neither method nor target.
    let isKnown = record.method != "-"
    switch value {
    case .absent: line.dash()
    case .clientAddress: line.escaped(record.peerHost)
    case .clientPort: line.escaped(record.peerPort ?? "-")
    case .serverPort: line.number(record.captured?.localPort)
    case .time(let time, let isEnd):
      line.time(time, isEnd ? end : end.before(record.took))
    case .requestLine:
      guard isKnown else { return line.dash() }
      line.escaped(record.method)
      line.append([UInt8(ascii: " ")])
      line.escaped(record.target)
      line.append(Array(" \(record.protocolName)".utf8))
    case .status: line.number(record.status)
    case .bytes: line.number(record.responseBytes)
    case .bytesOrDash: line.number(record.responseBytes == 0 ? nil : record.responseBytes)
    case .took(let unit): line.number(record.took.microseconds / unit.rawValue)
    case .held: line.number(record.held.microseconds)
    case .method: line.escaped(record.method)
    case .path: line.escaped(record.target.prefix { $0 != "?" })
    case .query: line.escaped(record.target.drop { $0 != "?" })
    case .protocolName: isKnown ? line.escaped(record.protocolName) : line.dash()
    case .serverName: line.escaped(orDash: record.captured?.host)
    case .requestField(let index): line.escaped(orDash: record.captured?.requestFields[index])
    case .responseField(let index): line.escaped(orDash: record.captured?.responseFields[index])
    case .cookie(let name, let index):
      line.escaped(
        orDash: record.captured?.requestFields[index].flatMap { Self.cookie(name, in: $0) }
      )
    case .requestID: line.escaped(record.requestID)
    case .connectionStatus:
      line.escaped(record.wasCut ? "X" : record.captured?.keepsAlive == true ? "+" : "-")
    case .precursors: line.number(record.captured?.precursors ?? 0)
    case .processID: line.number(Int(getpid()))
    case .mount: line.escaped(record.mountPrefix.isEmpty ? "/" : record.mountPrefix)
    }
  }

  /// RFC 6265, section 5.4.
  private static func cookie(_ name: String, in field: String) -> String? {
    for pair in field.split(separator: ";") {
      let pair = pair.drop { $0 == " " }
      guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
      return String(pair[pair.index(after: equals)...])
    }
    return nil
  }
}

extension CapturedExchange {
  /// The authority without its port: RFC 3986, section 3.2.
  fileprivate var host: String? {
    guard !authority.isEmpty else { return nil }
    guard let colon = authority.lastIndex(of: ":"),
      authority[authority.index(after: colon)...].allSatisfy(\.isNumber)
    else { return authority }
    return String(authority[..<colon])
  }
}

extension ExchangeRecord {
  /// The client's address as logs show it: no port, and no brackets.
  fileprivate var peerHost: Substring {
    guard let colon = peer.lastIndex(of: ":") else { return peer.isEmpty ? "-" : peer[...] }
    return peer[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
  }

  fileprivate var peerPort: Substring? {
    peer.lastIndex(of: ":").map { peer[peer.index(after: $0)...] }
  }
}

extension Duration {
  /// Rounded down, clamped to what fits; 0 if negative.
  fileprivate var microseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds >= 0, seconds < 9_000_000_000_000 else { return seconds < 0 ? 0 : .max }
    return max(0, Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000))
  }
}
