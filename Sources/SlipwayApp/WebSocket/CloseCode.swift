extension WebSocket {
  /// Why a WebSocket is closed (RFC 6455, section 7.4, and IANA's registry of close codes). An
  /// application's own codes are from 4000 to 4999.
  public struct CloseCode: RawRepresentable, Sendable, Hashable {
    /// The number.
    public var rawValue: UInt16

    /// Any code.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// All has been said.
    public static let normal = CloseCode(rawValue: 1000)
    /// The page was left, or the server stops.
    public static let goingAway = CloseCode(rawValue: 1001)
    /// The other side breaks the protocol.
    public static let protocolError = CloseCode(rawValue: 1002)
    /// A kind of message that is not understood, such as binary ones.
    public static let unsupportedData = CloseCode(rawValue: 1003)
    /// Never sent: the other side gave no code.
    public static let noStatus = CloseCode(rawValue: 1005)
    /// Never sent: the connection ended without a close frame.
    public static let abnormal = CloseCode(rawValue: 1006)
    /// Text that is not UTF-8, or otherwise not what it should be.
    public static let invalidPayload = CloseCode(rawValue: 1007)
    /// A message that is not allowed.
    public static let policyViolation = CloseCode(rawValue: 1008)
    /// A message that is too large.
    public static let messageTooBig = CloseCode(rawValue: 1009)
    /// The server failed.
    public static let internalError = CloseCode(rawValue: 1011)
    /// The server restarts: connect again.
    public static let serviceRestart = CloseCode(rawValue: 1012)
    /// The server has too much to do.
    public static let tryAgainLater = CloseCode(rawValue: 1013)

    /// Whether the code may be in a close frame. Codes below 3000 are the protocol's, and those that
    /// it has not defined are no more allowed than the ones it reserves.
    package var isForTheWire: Bool {
      switch rawValue {
      case 1000...1003, 1007...1014, 3000...4999: true
      default: false
      }
    }
  }
}
