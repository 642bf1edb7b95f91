import SlipwayDebug
import Testing

/// Who it is, by the first bytes.
@Suite(.timeLimit(.minutes(5)))
struct RecognitionTests {
  private static let initialize = """
    {"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"lldb-dap"}}
    """

  private static func framed(_ json: String) -> String {
    "Content-Length: \(json.utf8.count)\r\n\r\n\(json)"
  }

  @Test(arguments: [
    ("+$QStartNoAckMode#b0", DebugClient.Recognition.client(.lldb)),
    ("$QStartNoAckMode#b0", .client(.lldb)),
    ("+$qSupported:multiprocess+;swbreak+#aa", .client(.gdb)),
    (framed(initialize), .client(.dap(adapterID: "lldb-dap"))),
    (framed(initialize) + "Content-Length: 7", .client(.dap(adapterID: "lldb-dap"))),
    ("GET / HTTP/1.1\r\n", .http),
    ("POST /evaluate HTTP/1.1\r\n", .http),
    ("PRI * HTTP/2.0\r\n", .http),
    ("hello\n", .unknown),
    ("\u{16}\u{3}\u{1}\u{2}", .unknown),
    (framed(#"{"seq":1,"type":"request","command":"launch"}"#), .unknown),
    (framed("[1, 2"), .unknown),
    ("Content-Length: -4\r\n\r\n", .unknown),
    ("Content-Length: 99999999999999999999\r\n\r\n{}", .unknown),
    ("Content-Length: 0\r\n\r\n", .unknown),
    ("Content-Length: " + String(repeating: "1", count: 300), .unknown),
    ("Content-Encoding: none\r\n\r\n", .unknown),
  ])
  func tellsByTheFirstBytes(text: String, expected: DebugClient.Recognition) {
    #expect(DebugClient.recognize(Array(text.utf8)) == expected)
  }

  @Test(arguments: ["+$QStartNoAckMode#b0", framed(initialize), "GET /", "+$qSupported:"])
  func waitsForTheRestOfEveryBeginning(text: String) {
    let whole = DebugClient.recognize(Array(text.utf8))
    var isDecided = false
    for count in 0..<text.utf8.count {
      let found = DebugClient.recognize(Array(text.utf8.prefix(count)))
      #expect(found == .undecided || found == whole)
      // Once decided, more bytes change nothing.
      #expect(!isDecided || found != .undecided)
      isDecided = found != .undecided
    }
  }

  @Test func anEndlessFirstLineIsUnknownSoonerOrLater() {
    let bytes = Array("Content-Length: 900000\r\n\r\n".utf8) + [UInt8](repeating: 32, count: 20_000)
    #expect(DebugClient.recognize(Array(bytes.prefix(1000))) == .undecided)
    #expect(DebugClient.recognize(bytes) == .unknown)
  }

  @Test func nothingIsUndecided() {
    #expect(DebugClient.recognize([]) == .undecided)
  }

  @Test func noBytesMakeItTrap() {
    var generator = SystemRandomNumberGenerator()
    let starts = ["", "+$Q", "Content-Length: ", "Content-Length: 5\r\n\r\n", "GET"]
    for _ in 0..<5000 {
      let noise = (0..<Int.random(in: 0..<40, using: &generator))
        .map { _ in UInt8.random(in: 0...255, using: &generator) }
      let start = starts.randomElement(using: &generator) ?? ""
      _ = DebugClient.recognize(Array(start.utf8) + noise)
    }
  }
}
