package import SlipwaySystem

/// A block of IP addresses that begin with the same bits.
package struct NetworkPrefix: Sendable, Hashable {
  /// What follows the prefix is of no account.
  private let address: IPAddress

  /// Bits: at most 32 or 128.
  private let length: Int

  /// Understands an address, `ADDRESS/BITS`, and of IPv4 also `ADDRESS/NETMASK` and the first
  /// numbers of an address (`10.1`), as Apache does. Bits behind the prefix are accepted.
  package init(parsing text: String) throws(AccessRule.Malformed) {
    let slash = text.firstIndex(of: "/")
    let base = String(text[..<(slash ?? text.endIndex)])
    let mask = slash.map { String(text[text.index(after: $0)...]) }
    if base.contains(":") {
      self = try Self.v6(base, mask)
    } else if mask == nil, let network = Self.partial(base) {
      self = network
    } else {
      self = try Self.v4(base, mask)
    }
  }

  private init(_ address: IPAddress, _ length: Int) {
    self.address = address
    self.length = length
  }

  package func contains(_ other: IPAddress) -> Bool {
    // A shift by the whole width is zero: all addresses have the prefix of no bits.
    switch (address, other) {
    case (.v4(let network), .v4(let other)): (network ^ other) >> (32 - length) == 0
    case (.v6(let network), .v6(let other)): (network ^ other) >> (128 - length) == 0
    default: false
    }
  }

  // MARK: - Parsing

  private static func v6(
    _ base: String,
    _ mask: String?
  ) throws(AccessRule.Malformed) -> NetworkPrefix {
    guard let address = IPAddress(base) else {
      throw .init(reason: "it is not an IPv6 address")
    }
    let length = try bits(mask, atMost: 128)
    guard case .v4 = address else { return NetworkPrefix(address, length) }
    guard length >= 96 else {
      throw .init(
        reason: "it takes IPv4 and IPv6 addresses together",
        hint: "Write one rule for each of them, such as 10.0.0.0/8 and fd00::/8."
      )
    }
    return NetworkPrefix(address, length - 96)
  }

  private static func v4(
    _ base: String,
    _ mask: String?
  ) throws(AccessRule.Malformed) -> NetworkPrefix {
    guard let address = IPAddress(base), case .v4 = address else {
      throw .init(
        reason: "it is not an IPv4 address",
        hint: "Write four numbers from 0 to 255 without leading zeros, such as 192.168.0.0/16."
      )
    }
    guard let mask, mask.contains(".") else {
      return NetworkPrefix(address, try bits(mask, atMost: 32))
    }
    guard case .v4(let bits)? = IPAddress(mask) else {
      throw .init(reason: "what follows its slash is not a netmask")
    }
    let length = (~bits).leadingZeroBitCount
    guard bits.nonzeroBitCount == length else {
      throw .init(
        reason: "its netmask has ones behind zeros",
        hint: "Write the number of bits, such as /16."
      )
    }
    return NetworkPrefix(address, length)
  }

  /// `10`, `10.1.` and the like: the first numbers of an IPv4 address.
  private static func partial(_ text: String) -> NetworkPrefix? {
    let numbers = text.hasSuffix(".") ? String(text.dropLast()) : text
    let count = numbers.utf8.count(where: { $0 == UInt8(ascii: ".") }) + 1
    guard count < 4 else { return nil }
    let rest = String(repeating: ".0", count: 4 - count)
    return IPAddress(numbers + rest).map { NetworkPrefix($0, count * 8) }
  }

  private static func bits(
    _ mask: String?,
    atMost width: Int
  ) throws(AccessRule.Malformed) -> Int {
    guard let mask else { return width }
    guard let length = Int(digits: mask.utf8), length <= width, mask.utf8.count <= 3 else {
      throw .init(
        reason: "what follows its slash is not a number of bits",
        hint: "Write a number from 0 to \(width)."
      )
    }
    return length
  }
}
