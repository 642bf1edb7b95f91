import Foundation
import NIOCore
import SlipwayCore
import Testing

@Suite("JSON writer", .timeLimit(.minutes(5)))
struct JSONWriterTests {
  @Test func separatesAndNests() {
    var json = JSONWriter()
    json.object {
      $0.text("a", "x")
      $0.text("left out", nil)
      $0.number("b", -3)
      $0.array("c") {
        $0.number(nil, 1)
        $0.array { _ in }
        $0.object { _ in }
        $0.text(nil, "y")
      }
      $0.object("d") { $0.number("e", 0) }
      $0.number("f", 1)
    }
    #expect(String(buffer: json.bytes) == #"{"a":"x","b":-3,"c":[1,[],{},"y"],"d":{"e":0},"f":1}"#)
  }

  @Test func everyCharacterComesBack() throws {
    let scalars = (0...0x2FF).compactMap { Unicode.Scalar($0 as UInt32) }
    var text = String(String.UnicodeScalarView(scalars))
    text += "\u{2028}\u{202E}\u{FFFD}\u{FFFF}😀\r\n\"\\\u{301}\"\u{301}"
    var json = JSONWriter()
    json.array { $0.text(nil, text) }
    let parsed = try JSONSerialization.jsonObject(with: Data(json.bytes.readableBytesView))
    let back = try #require((parsed as? [String])?.first)
    #expect(Array(back.unicodeScalars) == Array(text.unicodeScalars))
    #expect(!json.bytes.readableBytesView.contains { $0 < 0x20 || $0 == 0x7F })
  }
}
