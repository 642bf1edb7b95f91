import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Content codings", .timeLimit(.minutes(5)))
struct ContentCodingTests {
  @Test(
    arguments: [
      (nil, []), ("", []), ("identity", []), ("deflate", []),
      ("gzip", [.gzip]), ("br", [.br]), ("GZIP", [.gzip]), ("x-gzip", [.gzip]),
      ("gzip, deflate, br, zstd", [.br, .zstd, .gzip]),
      ("gzip;q=1.0, br;q=0.5", [.gzip, .br]), ("br;q=0.1,gzip;q=0.2", [.gzip, .br]),
      // Refused
      ("gzip;q=0", []), ("gzip;q=0.000, br", [.br]), ("*;q=0", []), ("br;q=0, *", [.zstd, .gzip]),
      // What is not named
      ("*", [.br, .zstd, .gzip]), ("*;q=0, gzip", [.gzip]),
      ("gzip;q=0.5, *;q=0.1", [.gzip, .br, .zstd]),
      // To be sent as it is, rather
      ("identity, gzip;q=0.5", []), ("identity;q=0.5, gzip;q=0.5", [.gzip]),
      ("identity;q=0.5, gzip;q=0.6, br;q=0.4", [.gzip]), ("identity;q=0, gzip;q=0.1", [.gzip]),
      ("identity;q=0", []),
      // Written oddly
      (" gzip ; q=0.5 , br ", [.br, .gzip]), (",,gzip,,", [.gzip]), ("gzip;Q=0", []),
      ("gzip;level=9;q=0.3", [.gzip]), ("gzip;q=0,gzip", []),
      // Not understood
      ("gzip;q=2", []), ("gzip;q=", []), ("gzip;q=-1", []), ("gzip;q=1.0000", []),
      ("gzip;q=NaN, br", [.br]), (";q=1", []), ("gzipped", []), ("g zip", []),
    ] as [(String?, [ContentCoding])]
  )
  func areThoseThatTheClientLikes(field: String?, codings: [ContentCoding]) {
    #expect(ContentCoding.accepted(by: field) == codings)
  }

  @Test func areNeverOnesThatTheClientRefuses() {
    var generator = SeededGenerator(seed: 8)
    let words = [
      "gzip", "br", "zstd", "*", "identity", ";q=0", ";q=1", ";q=0.", ",", " ", "\t", "=",
    ]
    for _ in 0..<5_000 {
      let field = (0..<Int.random(in: 0...12, using: &generator))
        .map { _ in words[Int.random(in: words.indices, using: &generator)] }
        .joined()
      let codings = ContentCoding.accepted(by: field)
      #expect(Set(codings).count == codings.count)
      for coding in codings {
        #expect(field.contains(coding.rawValue) || field.contains("*"))
      }
      let refusing = ContentCoding.allCases.map { "\($0.rawValue);q=0" }.joined(separator: ",")
      #expect(ContentCoding.accepted(by: refusing + "," + field) == [])
    }
  }
}
