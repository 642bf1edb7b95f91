import NIOCore
import SlipwayCore
import Testing

@Suite("Field section", .timeLimit(.minutes(5)))
struct FieldSectionTests {
  /// The header section of a request, as the framer reads it.
  private func received(_ lines: [[UInt8]]) throws -> FieldSection {
    var input = ByteBuffer(string: "GET / HTTP/1.0\r\n")
    for line in lines { input.writeBytes(line + Array("\r\n".utf8)) }
    input.writeString("\r\nand what comes behind")
    var framer = HeadFramer(limits: .init(head: 4096, requestLine: 100, fields: 100))
    guard case .complete(let head) = framer.frame(input) else {
      throw Unframed(input: input)
    }
    return head.fields
  }

  private struct Unframed: Error {
    let input: ByteBuffer
  }

  private func received(_ lines: String...) throws -> FieldSection {
    try received(lines.map { Array($0.utf8) })
  }

  @Test func findsFieldsWhateverTheCaseOfTheirNames() throws {
    let fields = try received("Accept: a", "X-Tide:  low \t", "ACCEPT: b", "Empty:")
    #expect(fields.first(name: "accept") == "a")
    #expect(fields["aCCept"] == ["a", "b"])
    #expect(fields.first(name: "x-tide") == "low")
    #expect(fields.first(name: "empty")?.isEmpty == true)
    #expect(fields.contains(name: "EMPTY"))
    #expect(!fields.contains(name: "accep"))
    #expect(!fields.contains(name: "accept-"))
    #expect(fields.first(name: "tide") == nil)
    #expect(fields["tide"].isEmpty)
  }

  /// Folding case must not be done by setting a bit: `@` is no backtick, and `[` no brace.
  @Test func foldsLettersOnly() throws {
    let fields = try received("x^y: 1", "a|b: 2")
    #expect(!fields.contains(name: "x~y"))
    #expect(!fields.contains(name: "a\\b"))
    #expect(fields.contains(name: "A|B"))
  }

  @Test func keepsOrderAndSpelling() throws {
    let fields = try received("B: 1", "a: 2", "b: 3")
    #expect(fields.map(\.name) == ["B", "a", "b"])
    #expect(fields.map(\.value) == ["1", "2", "3"])
    #expect(fields.count == 3)
    #expect(!fields.isEmpty)
  }

  @Test func joinsTheLinesOfAList() throws {
    let fields = try received("Accept: a, b", "X: 1", "ACCEPT: c")
    #expect(fields.list("accept") == "a, b, c")
    #expect(fields.list("x") == "1")
    #expect(fields.list("y") == nil)
  }

  @Test func replacesAndRemovesAllLinesOfAName() throws {
    var fields = try received("A: 1", "b: 2", "a: 3", "c: 4")
    fields.replaceOrAdd(name: "a", value: "5")
    #expect(fields == ["b": "2", "c": "4", "a": "5"])
    fields.remove(name: "B")
    fields.remove(name: "d")
    #expect(fields == ["c": "4", "a": "5"])
  }

  @Test func isEmptyWithoutLines() throws {
    let fields = try received()
    #expect(fields.isEmpty)
    #expect(fields == [:])
    #expect(!fields.contains(name: ""))
  }

  @Test func readsValuesAsUTF8OrElseByteByByte() throws {
    let text = Array("name: ".utf8)
    let fields = try received([
      text + Array("Größe".utf8), text + [0x47, 0x72, 0xF6, 0xDF, 0x65], text + [0xC3],
    ])
    #expect(fields["name"] == ["Größe", "Größe", "Ã"])
  }

  /// What an application gets through the interface.
  @Test func givesEveryByteOfAValue() throws {
    let bytes = [UInt8(ascii: "x")] + (0x80...0xFF) + [UInt8(ascii: "y")]
    let fields = try received([Array("Name: ".utf8) + bytes])
    let line = try #require(fields.lines.first)
    #expect(fields.withUnsafeBytes { Array($0[line.value]) } == bytes)
    #expect(fields.withUnsafeBytes { Array($0[line.name]) } == Array("Name".utf8))
  }

  @Test func isEqualApartFromTheCaseOfNames() throws {
    let fields = try received("Host: A", "Accept: b")
    #expect(fields == ["host": "A", "ACCEPT": "b"])
    #expect(fields != ["host": "a", "ACCEPT": "b"])
    #expect(fields != ["accept": "b", "host": "A"])
    #expect(fields != ["host": "A"])
  }

  @Test func takesFieldsThatWereNotReceived() throws {
    var fields = try received("Host: a")
    fields.add(name: "Range", value: "bytes=0-1")
    #expect(fields["range"] == ["bytes=0-1"])
    #expect(fields["host"] == ["a"])
    #expect(fields.count == 2)
  }
}
