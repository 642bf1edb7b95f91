import SlipwayCore
import Testing

@Suite("HTTP date", .timeLimit(.minutes(5)))
struct HTTPDateTests {
  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
      (-62_135_596_800, "Mon, 01 Jan 0001 00:00:00 GMT"),
    ]
  )
  func isWrittenAndRead(seconds: Int, text: String) {
    #expect(HTTPDate(seconds: seconds)?.description == text)
    #expect(HTTPDate(text)?.seconds == seconds)
  }

  @Test(
    arguments: [
      ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777),
      ("Sun Nov 16 08:49:37 1994", 784_975_777),
      ("Thursday, 01-Jan-70 00:00:00 GMT", 0),
      ("Tuesday, 31-Dec-69 23:59:59 GMT", 3_155_759_999),
    ]
  )
  func isReadInItsOldForms(text: String, seconds: Int) {
    #expect(HTTPDate(text)?.seconds == seconds)
  }

  @Test(
    arguments: [
      "", " ", "0", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37",
      "Sun, 31 Feb 1994 08:49:37 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov 0000 08:49:37 GMT",
      "Sun, 29 Feb 1900 00:00:00 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
      "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
      "Sun, 06 Nov 1994 08:49:37:00 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    ]
  )
  func refusesWhatIsNoDate(text: String) {
    #expect(HTTPDate(text) == nil)
  }

  @Test func everyDayComesBack() {
    for day in stride(from: -719_162, through: 2_932_896, by: 97) {
      let date = HTTPDate(seconds: day * 86_400 + 12_345)
      #expect(date != nil && date.flatMap { HTTPDate($0.description) } == date)
    }
  }

  @Test func isOfAYearThatCanBeWritten() {
    for seconds in [Int.min, .max, 253_402_300_800, -62_135_596_801] {
      #expect(HTTPDate(seconds: seconds) == nil)
    }
  }
}
