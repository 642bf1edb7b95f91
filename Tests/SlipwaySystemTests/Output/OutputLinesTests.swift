import SlipwaySystem
import Testing

/// Bytes of a stream, cut into lines.
@Suite(.timeLimit(.minutes(5)))
struct OutputLinesTests {
  @Test(arguments: [
    ("", [], 0), ("a", [], 0), ("a\n", ["a"], 2), ("a\nb", ["a"], 2), ("\n\n", ["", ""], 2),
    ("a\r\nb\n", ["a", "b"], 5), ("a\rb\n", ["a\rb"], 4),
  ])
  func keepsWhatHasNoEnd(_ text: String, _ lines: [String], _ rest: Int) {
    let cut = OutputLines(Array(text.utf8))
    #expect(cut.lines == lines)
    #expect(cut.restStart == rest)
  }

  @Test(arguments: [0, 1, 2, 3])
  func aLongLineComesInPiecesThatMakeItUp(shift: Int) {
    let text = String(repeating: "x", count: shift) + String(repeating: "€", count: 20_000)
    let cut = OutputLines(Array("\(text)\nend\n".utf8))
    #expect(cut.lines.dropLast().joined() == text)
    #expect(cut.lines.last == "end")
    #expect(cut.lines.allSatisfy { $0.utf8.count <= OutputLines.limit })
  }

  @Test func bytesThatAreNoTextAreReplacedAndNothingIsLost() {
    let cut = OutputLines([0xff, 0x41, 0xc3, 0x0a] + [UInt8](repeating: 0x80, count: 40_000))
    #expect(cut.lines.first == "\u{fffd}A\u{fffd}")
    #expect(cut.lines.count == 3)
    #expect(cut.restStart == 4 + 2 * OutputLines.limit)
  }
}
