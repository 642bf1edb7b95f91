import SlipwayCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AllowedHostsTests {
  @Test(arguments: [
    "localhost", "localhost.", "LOCALHOST:1", "app.localhost", "a.b.localhost:8080", "127.0.0.1",
    "127.8.8.8:80", "[::1]", "[::1]:8080", "0.0.0.0:8080", "192.168.1.20:8080", "[fe80::1]:8080",
    "8.8.8.8",
  ])
  func answersForThisMachineAndForLiteralAddresses(_ text: String) throws {
    #expect(AllowedHosts().admits(try #require(Authority(text))))
  }

  @Test(arguments: [
    "evil.example", "localhost.evil.example", "evillocalhost", "xlocalhost", "localhost-x",
    "local.host", "127.0.0.1.nip.io", "127-0-0-1.evil.example", "app", "example.localhos",
    "localhost6", "localhost.localdomain", "ip6-localhost", "xn--localhost-x",
  ])
  func answersForNoOtherName(_ text: String) throws {
    #expect(!AllowedHosts().admits(try #require(Authority(text))))
  }

  @Test(arguments: [
    ("example.test", "example.test", true),
    ("example.test", "EXAMPLE.test.:99", true),
    ("Example.Test.", "example.test", true),
    ("example.test", "www.example.test", false),
    ("example.test", "xexample.test", false),
    (".example.test", "example.test", true),
    (".example.test", "a.b.example.test", true),
    (".example.test", "xexample.test", false),
    (".example.test", "example.test.evil", false),
    ("*.example.test", "example.test", true),
    ("*.example.test", "www.example.test", true),
    ("*.example.test", "test", false),
    (".test", "anything.test", true),
    ("all", "evil.example", true),
    ("*", "evil.example", true),
    ("192.168.1.20", "evil.example", false),
  ])
  func answersForWhatIsConfigured(_ pattern: String, _ host: String, _ isAllowed: Bool) throws {
    let hosts = AllowedHosts([try #require(HostPattern(pattern))])
    #expect(hosts.admits(try #require(Authority(host))) == isAllowed)
    #expect(hosts.admits(try #require(Authority("localhost"))))
  }

  @Test(arguments: [
    "", ".", "*.", "**", "*example.test", "a.*.test", "example.test:80", "http://example.test",
    "example.test/", "..example.test", ".*.example.test", "bücher.example", "a b",
    "user@example.test",
    "*.127.0.0.1", ".1.2.3.4",
  ])
  func refusesPatternsThatAreNoHost(_ text: String) {
    #expect(HostPattern(text) == nil)
  }

  @Test(arguments: [("all", "all"), ("*", "all"), ("*.A.test", ".a.test"), ("A.test", "a.test")])
  func spellsPatternsInOneWay(_ text: String, _ spelled: String) throws {
    let pattern = try #require(HostPattern(text))
    #expect(pattern.description == spelled)
    #expect(HostPattern(spelled) == pattern)
  }
}
