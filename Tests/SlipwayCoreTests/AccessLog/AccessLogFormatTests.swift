import Glibc
import SlipwayCore
import Testing

/// Formats of the access log, and what they make of an exchange.
@Suite(.timeLimit(.minutes(5)))
struct AccessLogFormatTests {
  /// An exchange that ended 2.5 ms after it had begun.
  private static func record(
    target: String = "/a/b?c=d&e",
    peer: String = "192.0.2.7:4711",
    status: Int? = 200,
    bytes: Int = 42,
    wasCut: Bool = false
  ) -> ExchangeRecord {
    var record = ExchangeRecord(
      id: 12,
      peer: peer,
      method: "GET",
      target: target,
      httpMinorVersion: 1,
      mountPrefix: "/a",
      status: status,
      responseBytes: bytes,
      took: .microseconds(2_500_750),
      held: .microseconds(1500),
      wasCut: wasCut
    )
    record.generation = 7
    return record
  }

  private static func captured(for format: AccessLogFormat) -> CapturedExchange? {
    guard let capture = format.capture else { return nil }
    let request = ["user-agent": "curl/8 \"x\"", "referer": "http://h/", "cookie": "a=1; b=2; c"]
    let response = ["content-type": "text/html", "x-empty": ""]
    return CapturedExchange(
      authority: "harbour.localhost:8080",
      localPort: 8080,
      keepsAlive: true,
      precursors: 3,
      requestFields: capture.requestFields.map { request[$0.lowercased()] },
      responseFields: capture.responseFields.map { response[$0.lowercased()] }
    )
  }

  /// 2026-01-31T16:05:09.120034Z.
  private static let end = AccessLogFormat.Moment(seconds: 1_769_875_509, microseconds: 120_034)

  private static func line(_ format: String, _ record: ExchangeRecord) throws -> String {
    let format = try AccessLogFormat(parsing: format)
    var record = record
    record.captured = captured(for: format)
    return String(decoding: format.line(for: record, at: end), as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("plain text", "plain text"), ("é", "é"), ("100%%", "100%"),
    (#"\"%m\""#, #""GET""#), (#"a\\b"#, #"a\b"#), (#"a\tb"#, "a\tb"), (#"a\qb"#, #"a\qb"#),
    (#"a\"#, #"a\"#),
    ("%h", "192.0.2.7"), ("%a", "192.0.2.7"), ("%{c}a", "192.0.2.7"), ("%l", "-"), ("%u", "-"),
    ("%r", "GET /a/b?c=d&e HTTP/1.1"), ("%s", "200"), ("%>s", "200"), ("%<s", "200"),
    ("%b", "42"), ("%B", "42"), ("%D", "2500750"), ("%T", "2"), ("%{s}T", "2"),
    ("%{ms}T", "2500"), ("%{us}T", "2500750"),
    ("%m", "GET"), ("%U", "/a/b"), ("%q", "?c=d&e"), ("%H", "HTTP/1.1"),
    ("%v", "harbour.localhost"), ("%V", "harbour.localhost"),
    ("%p", "8080"), ("%{canonical}p", "8080"), ("%{local}p", "8080"), ("%{remote}p", "4711"),
    ("%{User-Agent}i", #"curl/8 \"x\""#), ("%{user-agent}i", #"curl/8 \"x\""#),
    ("%{X-None}i", "-"), ("%{Content-Type}o", "text/html"), ("%{X-None}o", "-"),
    ("%{X-Empty}o", "-"),
    ("%{a}C", "1"), ("%{b}C", "2"), ("%{c}C", "-"), ("%{A}C", "-"),
    ("%L", "7-12"), ("%X", "+"), ("%k", "3"), ("%{mount}x", "/a"), ("%{held}x", "1500"),
    ("%200m", "GET"), ("%404m", "-"), ("%!404m", "GET"), ("%!200,304m", "-"),
    ("%400,200,501{User-agent}i", #"curl/8 \"x\""#), ("%400,501{User-agent}i", "-"),
    ("%!200,304,302{Referer}i", "-"), ("%!404,500{Referer}i", "http://h/"), ("%!404>s", "200"),
    ("%>404s", "-"),
    ("%{sec}t", "1769875506"), ("%{end:sec}t", "1769875509"), ("%{begin:sec}t", "1769875506"),
    ("%{end:msec}t", "1769875509120"), ("%{end:usec}t", "1769875509120034"),
    ("%{end:msec_frac}t", "120"), ("%{end:usec_frac}t", "120034"), ("%{usec_frac}t", "619284"),
    ("%{end:%s}t", "1769875509"), ("%{%%}t", "%"),
    ("[%m]%%[%s]", "[GET]%[200]"),
  ])
  func writesWhatTheDirectiveStandsFor(_ format: String, _ expected: String) throws {
    #expect(try Self.line(format, Self.record()) == expected)
  }

  @Test(arguments: [
    ("%", 1), ("a%", 2), ("%Y", 1), ("%h %Z", 4), ("é %~", 3), ("%{Foo", 1), ("%{Foo}", 1),
    ("%{}i", 1), ("%i", 1), ("%o", 1), ("%C", 1), ("%{}C", 1), ("%{a b}i", 1), ("%{a}m", 1),
    ("%x", 1), ("%{foo}x", 1), ("%{min}T", 1), ("%{foo}p", 1), ("%40s", 1), ("%4000s", 1),
    ("%404,s", 1), ("%!s", 1), ("%!%", 1), ("%200%", 1), ("%404!500s", 1), ("%{a}{b}i", 1),
    ("%I", 1), ("%O", 1), ("%S", 1), ("%h %h %{x", 7),
  ])
  func refusesWhatIsNoDirectiveWithItsColumn(_ format: String, _ column: Int) {
    let error = #expect(throws: AccessLogFormat.Invalid.self) {
      try AccessLogFormat(parsing: format)
    }
    #expect(error?.column == column)
    #expect(error?.message.contains("“%") == true)
  }

  @Test func knowsTheTwoFormatsThatEverybodyReads() throws {
    let common = try Self.line("common", Self.record())
    #expect(common.hasPrefix("192.0.2.7 - - ["))
    #expect(common.hasSuffix(#"] "GET /a/b?c=d&e HTTP/1.1" 200 42"#))
    let combined = try Self.line("combined", Self.record())
    #expect(combined.hasPrefix(common))
    #expect(combined.hasSuffix(#" 200 42 "http://h/" "curl/8 \"x\"""#))
  }

  @Test func writesTheTimeOfTheRequestInTheZoneOfTheProcess() throws {
    let time = try Self.line("%t", Self.record())
    var seconds = Self.end.seconds - 3
    var parts = tm()
    localtime_r(&seconds, &parts)
    var expected = [CChar](repeating: 0, count: 64)
    let count = strftime(&expected, 64, "[%d/%b/%Y:%H:%M:%S %z]", &parts)
    #expect(time == String(decoding: expected.prefix(count).map(UInt8.init), as: UTF8.self))
  }

  @Test(arguments: [
    ("192.0.2.7:1", "192.0.2.7", "1"), ("[2001:db8::1]:443", "2001:db8::1", "443"),
    ("unix", "unix", "-"), ("", "-", "-"),
  ])
  func takesTheClientApart(_ peer: String, _ address: String, _ port: String) throws {
    #expect(try Self.line("%h %{remote}p", Self.record(peer: peer)) == "\(address) \(port)")
  }

  @Test func saysNothingWhereThereIsNothing() throws {
    let record = Self.record(target: "/", status: nil, bytes: 0, wasCut: true)
    #expect(try Self.line("%s %b %B %q %X %!200m %200m", record) == "- - 0  X GET -")
  }

  @Test func aRefusedRequestHasNoLine() throws {
    var record = ExchangeRecord(
      id: 1,
      peer: "192.0.2.7:1",
      method: "-",
      target: "-",
      httpMinorVersion: 1,
      mountPrefix: "",
      status: 400,
      responseBytes: 9,
      took: .zero,
      held: .zero,
      wasCut: false
    )
    record.generation = 2
    let format = try AccessLogFormat(parsing: "%r %m %H %>s %{A}i %v %L")
    let line = String(decoding: format.line(for: record, at: Self.end), as: UTF8.self)
    #expect(line == "- - - 400 - - 2-1")
  }

  /// Nothing that a client sends ends a line, closes a quote, or steers a terminal.
  @Test(arguments: [
    ("a\"b", #"a\"b"#), ("a\\b", #"a\\b"#), ("a\nb", #"a\nb"#), ("a\rb", #"a\rb"#),
    ("a\tb", #"a\tb"#), ("\u{8}", #"\b"#), ("\u{b}", #"\v"#), ("\u{0}", #"\x00"#),
    ("\u{1b}[31m", #"\x1b[31m"#), ("\u{7f}", #"\x7f"#), ("\u{9b}", #"\xc2\x9b"#),
    ("é", #"\xc3\xa9"#), ("\u{202e}", #"\xe2\x80\xae"#), ("\u{c}", #"\x0c"#), (" ~", " ~"),
    ("\r\n\"GET / HTTP/1.1\" 200", #"\r\n\"GET / HTTP/1.1\" 200"#),
  ])
  func escapesWhatComesFromElsewhere(_ text: String, _ expected: String) throws {
    #expect(try Self.line("%U", Self.record(target: text)) == expected)
  }

  @Test func noByteOfARequestIsWrittenAsItIsUnlessItIsPrintable() throws {
    for scalar in (0...0x2fff).compactMap(Unicode.Scalar.init) where scalar != "?" {
      let format = try AccessLogFormat(parsing: "%U")
      let line = format.line(for: Self.record(target: String(scalar)), at: Self.end)
      #expect(line.allSatisfy { (0x20...0x7e).contains($0) })
    }
  }

  @Test func asksForNothingThatItDoesNotName() throws {
    #expect(try AccessLogFormat(parsing: "common").capture == nil)
    let capture = try AccessLogFormat(parsing: "%{A}i %{a}i %{b}C %{cookie}i %{B}o").capture
    #expect(capture?.requestFields == ["A", "Cookie"])
    #expect(capture?.responseFields == ["B"])
  }

  @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.min), .zero - .nanoseconds(1)])
  func noDurationTraps(_ took: Duration) throws {
    var record = Self.record()
    record.took = took
    record.held = took
    #expect(try !Self.line("%D %T %t %{usec}t %{msec}t %{held}x", record).isEmpty)
  }
}
