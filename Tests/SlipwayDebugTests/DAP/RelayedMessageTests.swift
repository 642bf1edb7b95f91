import SlipwayDebug
import Testing

/// What the relay makes of an editor's messages: everything passes as it is, but what would end the
/// server lets it go.
@Suite(.timeLimit(.minutes(5)))
struct RelayedMessageTests {
  private static let session = [
    #"{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"lldb-dap"}}"#,
    #"{"seq":2,"type":"request","command":"evaluate","arguments":{"expression":"\"Käse\""}}"#,
    #"{"seq":3,"type":"request","command":"disconnect","arguments":{"terminateDebuggee":false}}"#,
    #"{"seq":4,"type":"request","command":"disconnect"}"#,
    "not even JSON",
  ]

  @Test func passesEverythingOnHoweverItIsCut() {
    let bytes = Array(Self.session.map(message).joined().utf8)
    for cut in 0...bytes.count {
      var conversation = AdapterConversation()
      let steps =
        conversation.clientSent(Array(bytes[..<cut]))
        + conversation.clientSent(Array(bytes[cut...]))
      #expect(sent(steps) == String(decoding: bytes, as: UTF8.self), "cut at \(cut)")
      #expect(!steps.contains(.tellOfKill))
    }
  }

  @Test(arguments: [
    #"{"seq":7,"type":"request","command":"disconnect","arguments":{"terminateDebuggee":true}}"#,
    #"{"arguments":{"restart":false,"terminateDebuggee":true},"command":"disconnect","seq":7}"#,
    #"{"seq":7,"type":"request","command":"terminate","arguments":{}}"#,
  ])
  func endsTheSessionAndNotTheServer(request: String) throws {
    var conversation = AdapterConversation()
    let steps = conversation.clientSent(Array((message(request) + message(Self.session[3])).utf8))
    #expect(steps.first == .tellOfKill)
    let text = sent(steps)
    #expect(text.contains(#""terminateDebuggee":false"#))
    #expect(text.contains(#""command":"disconnect""#))
    #expect(text.contains(#""seq":7"#))
    #expect(!text.contains("true"))
    #expect(!text.contains(#""terminate""#))
    #expect(text.hasSuffix(message(Self.session[3])))
  }

  @Test func passesWhatIsTooLongToBeLookedAt() {
    var conversation = AdapterConversation()
    let long = message(String(repeating: "x", count: 2 << 20))
    let request = #"{"seq":9,"command":"terminate"}"#
    var steps: [ConversationStep] = []
    let bytes = Array((long + message(request)).utf8)
    for start in stride(from: 0, to: bytes.count, by: 65_536) {
      steps += conversation.clientSent(Array(bytes[start..<min(start + 65_536, bytes.count)]))
    }
    let text = sent(steps)
    #expect(text.hasPrefix(long))
    #expect(steps.contains(.tellOfKill))
    #expect(!text.contains(#""terminate""#))
  }

  @Test(arguments: [
    "Content-Length: many\r\n\r\n{}", "\r\n\r\n", "Content-Length: -3\r\n\r\nabc",
    String(repeating: "y", count: 5000), "Content-Length: 99999999999999999999\r\n\r\n",
  ])
  func passesWhatIsNoMessage(text: String) {
    var conversation = AdapterConversation()
    #expect(sent(conversation.clientSent(Array(text.utf8))) == text)
  }

  private func message(_ content: String) -> String {
    "Content-Length: \(content.utf8.count)\r\n\r\n\(content)"
  }

  private func sent(_ steps: [ConversationStep]) -> String {
    let bytes = steps.flatMap { step -> [UInt8] in
      if case .sendToServer(let bytes) = step { bytes } else { [] }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
