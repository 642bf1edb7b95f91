import SlipwayDev
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ByteCountTests {
  @Test(arguments: [
    ("0", 0), ("512", 512), ("64k", 65_536), ("64K", 65_536), ("10M", 10_485_760),
    ("1G", 1_073_741_824), ("1024G", 1_099_511_627_776), ("007", 7),
  ])
  func readsNumbersWithBinaryUnits(text: String, bytes: Int) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    ("", "is not a size"), ("k", "is not a size"), ("-1", "is not a size"),
    ("1.5M", "is not a unit of size"), ("1 M", "is not a unit of size"),
    ("1KB", "is not a unit of size"), ("1m", "is not a unit of size"),
    ("1MiB", "is not a unit of size"), ("٣", "is not a size"), ("1025G", "is larger than can be"),
    ("99999999999999999999999", "is larger than can be"),
    ("9223372036854775807G", "is larger than can be"),
  ])
  func saysWhatIsWrongWithOthers(text: String, complaint: String) {
    let error = #expect(throws: InvalidValue.self) { try ByteCount(parsing: text) }
    #expect(error?.message.contains(complaint) == true)
    #expect(error?.hint != nil)
  }

  @Test func refusesWhatIsBelowItsMinimum() throws {
    #expect(throws: InvalidValue.self) { try ByteCount(parsing: "63", atLeast: 64) }
    #expect(try ByteCount(parsing: "64", atLeast: 64).bytes == 64)
  }
}
