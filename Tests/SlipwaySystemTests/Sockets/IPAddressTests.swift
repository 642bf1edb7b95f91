import SlipwaySystem
import Testing

@Suite(.timeLimit(.minutes(5)))
struct IPAddressTests {
  @Test(arguments: [
    ("127.0.0.1", IPAddress.v4(0x7F00_0001), true),
    ("127.255.255.254", .v4(0x7FFF_FFFE), true),
    ("0.0.0.0", .v4(0), false),
    ("255.255.255.255", .v4(0xFFFF_FFFF), false),
    ("192.168.1.20", .v4(0xC0A8_0114), false),
    ("::1", .v6(high: 0, low: 1), true),
    ("0:0:0:0:0:0:0:1", .v6(high: 0, low: 1), true),
    ("::", .v6(high: 0, low: 0), false),
    ("::ffff:127.0.0.1", .v6(high: 0, low: 0xFFFF_7F00_0001), true),
    ("::ffff:10.0.0.1", .v6(high: 0, low: 0xFFFF_0A00_0001), false),
    ("::127.0.0.1", .v6(high: 0, low: 0x7F00_0001), false),
    ("FE80::1", .v6(high: 0xFE80 << 48, low: 1), false),
    ("2001:db8::1:0:2", .v6(high: 0x2001_0DB8 << 32, low: 0x1_0000_0002), false),
  ])
  func readsAddresses(_ text: String, _ address: IPAddress, _ isLoopback: Bool) {
    #expect(IPAddress(text) == address)
    #expect(address.isLoopback == isLoopback)
  }

  @Test(arguments: [
    "", " ", "1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.01",
    "127.0.0.1.", "127.0.0.256", "1.2.3.4.5", "+1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\0",
    "127.0.0.1\0.evil.example", "::1\0", ":", ":::", "1::2::3", "::12345", "[::1]", "fe80::1%eth0",
    "fe80::1%25eth0", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3", "::g", "１27.0.0.1",
    String(repeating: "0:", count: 100),
  ])
  func refusesWhatOthersReadLeniently(_ text: String) {
    #expect(IPAddress(text) == nil)
  }
}
