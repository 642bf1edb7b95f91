import SlipwayCore
import Testing

@Suite("Validators", .timeLimit(.minutes(5)))
struct ValidatorsTests {
  /// In milliseconds after a full second long ago.
  private func validators(
    inode: UInt64 = 7,
    size: Int64 = 10,
    modified: Int128 = 100,
    changed: Int128 = 100,
    now: Int128 = 5_000
  ) -> Validators {
    let second: Int128 = 784_111_777_000_000_000
    return Validators(
      inode: inode,
      size: size,
      modified: second + modified * 1_000_000,
      changed: second + changed * 1_000_000,
      now: second + now * 1_000_000
    )
  }

  @Test func differForEachChange() {
    let tags = [
      validators(), validators(inode: 8), validators(size: 11), validators(modified: 99),
      validators(changed: 101),
    ]
    .map(\.tag)
    #expect(Set(tags).count == tags.count)
    #expect(validators().tag == validators(now: 9_999).tag)
    #expect(tags.allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") && !$0.contains(",") })
  }

  @Test(
    arguments: [
      // now, is the tag sent, is the date sent
      (100, false, false), (120, false, false), (121, true, false), (999, true, false),
      (1_000, true, true), (-5_000, false, false),
    ] as [(Int128, Bool, Bool)]
  )
  func areKeptBackWhileAChangeCouldLookTheSame(now: Int128, tag: Bool, date: Bool) {
    let validators = validators(now: now)
    #expect((validators.tagToSend != nil) == tag)
    #expect((validators.lastModifiedToSend != nil) == date)
  }

  @Test func distrustTheDateOfAFileThatWasJustMadeOld() {
    #expect(validators(modified: -100_000, changed: 4_100, now: 4_900).lastModifiedToSend == nil)
    #expect(validators(modified: 100_000, changed: 100).lastModifiedToSend == nil)
  }

  @Test func bearAnyTime() {
    for time in [Int128(Int64.min) * 1_000_000_000, Int128(Int64.max) * 1_000_000_000 + 999] {
      let validators = Validators(inode: .max, size: .max, modified: time, changed: time, now: 0)
      #expect(validators.lastModified == nil)
      #expect(!validators.tag.isEmpty)
    }
  }
}
