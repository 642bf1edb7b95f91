import SlipwayCore
import Testing

/// application/x-www-form-urlencoded.
@Suite struct FormBodyTests {
  @Test(
    arguments: [
      ("", [:]), ("code=1", ["code": "1"]), ("code=1&pin=2", ["code": "1", "pin": "2"]),
      ("code=a+b%2Bc%0D%0Ad", ["code": "a b+c\r\nd"]), ("code", ["code": ""]),
      ("code=a=b", ["code": "a=b"]), ("code=1&code=2", ["code": "2"]),
      ("&&code=%C3%A9&", ["code": "é"]),
    ] as [(String, [String: String])]
  )
  func isReadAsBrowsersWriteIt(_ body: String, _ values: [String: String]) {
    #expect(FormBody.values(in: Array(body.utf8)) == values)
  }

  @Test(arguments: ["code=%", "code=%4", "code=%zz", "code=%FF", "%C3=1"])
  func refusesWhatIsNoText(_ body: String) {
    #expect(FormBody.values(in: Array(body.utf8)) == nil)
  }
}
