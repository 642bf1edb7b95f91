import SlipwaySystem
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HandoffRecordTests {
  private var record: HandoffRecord {
    var record = HandoffRecord()
    record["state"] = Array("{}".utf8)
    record["empty"] = []
    record["bytes"] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    return record
  }

  @Test func whatIsStoredIsRead() throws {
    let file = try record.store()
    #expect(try HandoffRecord(from: file) == record)
  }

  @Test func aSectionIsReplacedAndRemoved() {
    var record = record
    record["state"] = [1]
    #expect(record["state"] == [1])
    record["state"] = nil
    #expect(record["state"] == nil)
    #expect(record["empty"] == [])
  }

  @Test func anotherVersionsRecordIsRefused() {
    #expect(throws: SystemError.self) { try HandoffRecord(decoding: Array("SLIPWAY0".utf8)) }
    #expect(throws: SystemError.self) { try HandoffRecord(decoding: []) }
  }

  @Test func aRecordCutAnywhereIsRefusedOrShorter() throws {
    var small = HandoffRecord()
    small["a"] = [1, 2, 3]
    small["b"] = [4]
    let bytes = small.encoded()
    for end in 0..<bytes.count {
      guard let cut = try? HandoffRecord(decoding: Array(bytes[..<end])) else { continue }
      #expect(cut.sections.count < small.sections.count)
    }
  }

  @Test func aRecordWithAbsurdLengthsIsRefused() {
    let bytes = Array("SLIPWAY1".utf8) + [UInt8](repeating: 255, count: 16)
    #expect(throws: SystemError.self) { try HandoffRecord(decoding: bytes) }
  }
}
