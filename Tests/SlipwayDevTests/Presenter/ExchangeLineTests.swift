import SlipwayCore
import SlipwayDev
import Testing

/// The line of an exchange that is written byte by byte is the line that the renderer makes.
@Suite(.timeLimit(.minutes(5)))
struct ExchangeLineTests {
  private static let methods = ["GET", "DELETE", "PROPFIND", "PROPPATCH", "G\u{1b}T", ""]
  private static let targets = [
    "/", "/a/b?c=d", "/\u{7f}", "/é", "/\u{1b}[2J", String(repeating: "/x", count: 30),
    String(repeating: "/x", count: 1025), "",
  ]
  private static let durations: [Duration] = [
    .zero, .microseconds(99), .microseconds(950), .milliseconds(1), .milliseconds(9999),
    .seconds(10), .seconds(99), .seconds(100), .seconds(7000), .seconds(-1),
  ]
  private static let statuses: [Int?] = [200, 101, 304, 404, 500, 999, nil, 99, 1000]

  @Test(arguments: [true, false], [nil, 20, 32, 34, 80, 95])
  func isTheLineOfTheRenderer(inColour: Bool, width: Int?) {
    let renderer = TerminalRenderer(directory: "/")
    var line = ExchangeLine()
    var (usual, others) = (0, 0)
    for (index, method) in Self.methods.enumerated() {
      for target in Self.targets {
        for took in Self.durations {
          for status in Self.statuses {
            var record = ExchangeRecord.of(method, target, status: status, took: took)
            record.held = index == 1 ? .milliseconds(2) : .milliseconds(1)
            record.wasCut = index == 2
            let time = WallTime(seconds: 1_700_000_000 + index)
            var bytes = Array("before\n".utf8)
            guard
              line.append(record, at: time, inColour: inColour, width: width, to: &bytes)
            else {
              #expect(bytes == Array("before\n".utf8))
              others += 1
              continue
            }
            usual += 1
            let lines = renderer.render(.exchange(record), at: time).lines
            let wanted = lines.map { $0.text(inColour: inColour, width: width) + "\n" }.joined()
            #expect(String(decoding: bytes, as: UTF8.self) == "before\n" + wanted)
          }
        }
      }
    }
    #expect(others > 0 && (usual > 0 || width.map { $0 < 32 } ?? false))
  }
}

extension ExchangeRecord {
  fileprivate static func of(
    _ method: String,
    _ target: String,
    status: Int?,
    took: Duration
  ) -> ExchangeRecord {
    ExchangeRecord(
      id: 1,
      peer: "127.0.0.1",
      method: method,
      target: target,
      httpMinorVersion: 1,
      mountPrefix: "/",
      status: status,
      responseBytes: 3,
      took: took,
      held: .zero,
      wasCut: false
    )
  }
}
