import Glibc
import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Who is let in: the semantics of Apache's mod_access_compat, and what the rules are written with.
@Suite("Access rules", .timeLimit(.minutes(5)))
struct AccessRulesTests {
  private func peer(_ remote: String?, at local: String? = nil) throws -> Peer {
    Peer(
      remote: try remote.map { try SocketAddress(ipAddress: $0, port: 40_000) },
      local: try local.map { try SocketAddress(ipAddress: $0, port: 8080) }
    )
  }

  private func rules(_ texts: [String]) throws -> [AccessRule] {
    try texts.map { text throws(AccessRule.Malformed) in try AccessRule(parsing: text) }
  }

  // MARK: The truth table

  /// The table of the documentation of `Order`: what a peer matches, and what becomes of it.
  @Test(
    arguments: [
      ("10.1.1.1", AccessRules.Order.allowDeny, true),  // allow only
      ("10.2.2.2", .allowDeny, false),  // deny only
      ("10.3.3.3", .allowDeny, false),  // both
      ("10.4.4.4", .allowDeny, false),  // neither
      ("10.1.1.1", .denyAllow, true),
      ("10.2.2.2", .denyAllow, false),
      ("10.3.3.3", .denyAllow, true),
      ("10.4.4.4", .denyAllow, true),
    ]
  )
  func decidesAsApacheDoes(address: String, order: AccessRules.Order, isAllowed: Bool) throws {
    let access = AccessRules(
      order: order,
      allow: try rules(["10.1.0.0/16", "10.3.0.0/16"]),
      deny: try rules(["10.2.0.0/16", "10.3.0.0/16"])
    )
    #expect((access.judge(try peer(address)) == .allowed) == isAllowed)
  }

  /// What a list alone comes to, in each order: the other one is empty and matches nobody.
  @Test(
    arguments: [
      (AccessRules.Order.allowDeny, ["10.1"], [], true, false),
      (.allowDeny, [], ["10.1"], false, false),
      (.allowDeny, [], [], false, false),
      (.allowDeny, ["all"], ["10.1"], false, true),
      (.denyAllow, ["10.1"], [], true, true),
      (.denyAllow, [], ["10.1"], false, true),
      (.denyAllow, [], [], true, true),
      (.denyAllow, ["10.1"], ["all"], true, false),
    ]
  )
  func theLastListSaysWhatHoldsForTheOthers(
    order: AccessRules.Order,
    allow: [String],
    deny: [String],
    isAllowed: Bool,
    isAnotherAllowed: Bool
  ) throws {
    let access = AccessRules(order: order, allow: try rules(allow), deny: try rules(deny))
    #expect((access.judge(try peer("10.1.1.1")) == .allowed) == isAllowed)
    #expect((access.judge(try peer("192.0.2.1")) == .allowed) == isAnotherAllowed)
  }

  @Test func namesTheRuleThatDecided() throws {
    let access = AccessRules(
      order: .allowDeny,
      allow: try rules(["10.0.0.0/8"]),
      deny: try rules(["local", "10.3", "10.3.3.3"])
    )
    #expect(access.judge(try peer("10.3.3.3")) == .denied(by: try AccessRule(parsing: "10.3")))
    #expect(access.judge(try peer("192.0.2.1")) == .denied(by: nil))
  }

  // MARK: Whom a rule means

  @Test(
    arguments: [
      ("all", "192.0.2.1", true), ("ALL", "2001:db8::1", true),
      ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
      ("10", "10.255.0.1", true), ("10", "11.0.0.1", false), ("10.1", "10.1.2.3", true),
      ("10.1.", "10.1.2.3", true), ("10.1", "10.10.2.3", false), ("10.1.2", "10.1.2.3", true),
      ("10.1.2", "10.1.20.3", false), ("10.10", "10.1.0.0", false),
      ("10.1.0.0/16", "10.1.255.255", true), ("10.1.0.0/16", "10.2.0.0", false),
      ("10.1.2.3/16", "10.1.0.0", true), ("10.1.0.0/255.255.0.0", "10.1.9.9", true),
      ("10.1.0.0/255.255.0.0", "10.2.9.9", false), ("10.1.2.3/255.255.255.255", "10.1.2.3", true),
      ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0.0.0.0", "203.0.113.9", true),
      ("0.0.0.0/0", "2001:db8::1", false), ("192.0.2.128/25", "192.0.2.127", false),
      ("192.0.2.128/25", "192.0.2.128", true), ("192.0.2.4/31", "192.0.2.5", true),
      ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
      ("2001:DB8::A00:20FF:FEA7:CCEA/10", "2001:db8::1", true), ("::/0", "::1", true),
      ("::/0", "10.0.0.1", false), ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
      ("2001:db8::1", "2001:db8::1", true), ("2001:db8::1/127", "2001:db8::", true),
      // IPv4 in the clothes of IPv6 is IPv4
      ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("10.0.0.0/8", "::ffff:11.1.2.3", false),
      ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("::ffff:10.0.0.0/104", "11.1.2.3", false),
      ("::ffff:10.1.2.3", "::ffff:10.1.2.3", true), ("::/0", "::ffff:10.1.2.3", false),
      // ::10.1.2.3 is not (RFC 4291 has deprecated that form)
      ("10.0.0.0/8", "::10.1.2.3", false),
      ("local", "127.0.0.1", true), ("Local", "127.255.0.9", true), ("local", "::1", true),
      ("local", "::ffff:127.0.0.1", true), ("local", "10.0.0.1", false), ("local", "::2", false),
    ]
  )
  func meansAddressesAndNetworks(rule: String, address: String, isMeant: Bool) throws {
    let rule = try AccessRule(parsing: rule)
    #expect(rule.matches(try peer(address)) == isMeant)
  }

  @Test func aProcessOfThisMachineIsLocalByWhateverAddressItAsks() throws {
    let local = try AccessRule(parsing: "local")
    #expect(local.matches(try peer("192.0.2.1", at: "192.0.2.1")))
    #expect(local.matches(try peer("192.0.2.1", at: "::ffff:192.0.2.1")))
    #expect(!local.matches(try peer("192.0.2.2", at: "192.0.2.1")))
    #expect(!local.matches(try peer("192.0.2.2", at: "127.0.0.1")))
  }

  @Test func aUnixSocketIsLocalAndHasNoAddress() throws {
    let socket = try SocketAddress(unixDomainSocketPath: "/run/app.sock")
    for peer in [Peer(remote: socket, local: socket), Peer(remote: nil, local: socket)] {
      #expect(try AccessRule(parsing: "local").matches(peer))
      #expect(try AccessRule(parsing: "all").matches(peer))
      #expect(try !AccessRule(parsing: "0.0.0.0/0").matches(peer))
      #expect(try !AccessRule(parsing: "::/0").matches(peer))
    }
  }

  @Test func aPeerThatTheKernelDoesNotTellIsMeantByAllOnly() throws {
    for text in ["local", "0.0.0.0/0", "::/0"] {
      #expect(try !AccessRule(parsing: text).matches(try peer(nil)), "\(text)")
    }
    #expect(try AccessRule(parsing: "all").matches(try peer(nil)))
  }

  // MARK: What is no rule

  @Test(
    arguments: [
      ("", "it is empty"), (" ", "space"), ("10.0.0.1 10.0.0.2", "space"),
      ("from all", "space"), ("example.org", "host names"), (".example.org", "host names"),
      ("localhost", "called local"), ("unix", "called local"), ("fe80::1%eth0", "zone"),
      ("127.0.0.1:80", "port"), ("[::1]", "port"), ("none", "host names"),
      ("256.0.0.1", "IPv4"), ("10.0.0.01", "IPv4"), ("1.2.3.4.5", "IPv4"), ("10..1", "IPv4"),
      ("999", "IPv4"), (".", "IPv4"), ("10.1/16", "IPv4"), ("-1", "IPv4"), ("*", "IPv4"),
      ("0x7f.1", "host names"), ("2130706433", "IPv4"), ("１０", "IPv4"), ("10.0.0.1\0", "IPv4"),
      ("10.0.0.0/33", "bits"), ("10.0.0.0/", "bits"), ("10.0.0.0/-1", "bits"),
      ("10.0.0.0/+8", "bits"), ("10.0.0.0/8/8", "bits"),
      ("10.0.0.0/99999999999999999999", "bits"), ("10.0.0.0/0008", "bits"),
      ("10.0.0.0/255.0.255.0", "ones behind zeros"), ("10.0.0.0/255.0", "netmask"),
      ("::/129", "bits"), ("::/255.0.0.0", "bits"), (":::", "IPv6"), ("1::2::3", "IPv6"),
      ("12345::", "IPv6"), ("1:2:3:4:5:6:7:8:9", "IPv6"), ("::ffff:0:0/90", "together"),
    ]
  )
  func refusesWhatMeansNobodyAndSaysWhy(text: String, reason: String) throws {
    let error = #expect(throws: AccessRule.Malformed.self) { try AccessRule(parsing: text) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  // MARK: Random texts

  /// Of whole addresses, the rules take what inet_pton(3) takes, and mean just that address.
  @Test func understandsAddressesAsTheSystemDoes() throws {
    var generator = SeededGenerator(seed: 37)
    let alphabet = Array("0123456789abcdefF:::...25 fx%/".unicodeScalars)
    var understood = 0
    for _ in 0..<50_000 {
      let text = Self.text(from: alphabet, &generator)
      let isKnown = try? SocketAddress(ipAddress: text, port: 0)
      guard let rule = try? AccessRule(parsing: text) else {
        #expect(isKnown == nil, "\(text)")
        continue
      }
      understood += 1
      #expect(rule.text == text)
      if let address = isKnown {
        #expect(rule.matches(Peer(remote: address, local: nil)), "\(text)")
      }
    }
    #expect(understood > 500)
  }

  /// A prefix of n bits is right if it means all addresses that have these bits, and no other:
  /// compared with addresses that have one bit changed.
  @Test func aNetworkEndsAtItsLastBit() throws {
    var generator = SeededGenerator(seed: 38)
    for _ in 0..<2_000 {
      let bits = UInt32.random(in: .min ... .max, using: &generator)
      let length = Int.random(in: 0...32, using: &generator)
      let rule = try AccessRule(parsing: "\(Self.address(bits))/\(length)")
      let changed = Int.random(in: 0..<32, using: &generator)
      let other = bits ^ (0x8000_0000 >> UInt32(changed))
      #expect(rule.matches(try peer(Self.address(bits))))
      #expect(rule.matches(try peer(Self.address(other))) == (changed >= length))
      let wide = try AccessRule(parsing: "::ffff:\(Self.address(bits))/\(96 + length)")
      #expect(wide.matches(try peer(Self.address(other))) == (changed >= length))
    }
  }

  private static func address(_ bits: UInt32) -> String {
    [24, 16, 8, 0].map { "\(bits >> UInt32($0) & 0xFF)" }.joined(separator: ".")
  }

  /// Groups as of an address, with mistakes.
  private static func text(
    from alphabet: [Unicode.Scalar],
    _ generator: inout SeededGenerator
  ) -> String {
    var text = String.UnicodeScalarView()
    switch Int.random(in: 0..<3, using: &generator) {
    case 0:
      for _ in 0..<Int.random(in: 0...20, using: &generator) {
        text.append(alphabet[Int.random(in: alphabet.indices, using: &generator)])
      }
      return String(text)
    case 1:
      return (0..<Int.random(in: 1...5, using: &generator))
        .map { _ in String(Int.random(in: 0...270, using: &generator)) }.joined(separator: ".")
    default:
      let groups = (0..<Int.random(in: 1...9, using: &generator))
        .map { _ in
          Int.random(in: 0..<6, using: &generator) == 0
            ? "" : String(UInt32.random(in: 0...0x10040, using: &generator), radix: 16)
        }
      return groups.joined(separator: ":")
    }
  }
}
