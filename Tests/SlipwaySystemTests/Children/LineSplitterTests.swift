import SlipwaySystem
import Testing

@Suite(.timeLimit(.minutes(5))) struct LineSplitterTests {
  @Test(arguments: 1...8) func findsLinesWhereverTheStreamIsCut(size: Int) {
    let bytes = Array("one\ntwo\r\n\nfür\nlast".utf8)
    var splitter = LineSplitter()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      lines += splitter.append(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(lines == ["one", "two", "", "für"])
    #expect(splitter.unfinished == "last")
    #expect(splitter.finish() == "last")
    #expect(splitter.finish() == nil)
  }

  @Test func keepsTheBeginningOfALongLine() {
    var splitter = LineSplitter(limit: 4)
    #expect(splitter.append(Array("abcdefgh".utf8)) == [])
    #expect(splitter.append(Array("ij\nkl\n".utf8)) == ["abcd", "kl"])
  }

  @Test func replacesWhatIsNotText() {
    var splitter = LineSplitter()
    #expect(splitter.append([0x61, 0xff, 0x62, 0x0a]) == ["a\u{fffd}b"])
  }
}
