import SlipwayCore
import Testing

@Suite("Preconditions", .timeLimit(.minutes(5)))
struct PreconditionsTests {
  /// Changed long ago, on 1994-11-06 at 08:49:37.5.
  static let current = Validators(
    inode: 7,
    size: 10,
    modified: 784_111_777_500_000_000,
    changed: 784_111_777_500_000_000,
    now: 800_000_000_000_000_000
  )
  static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
  static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
  static let later = "Sun, 06 Nov 1994 08:49:38 GMT"
  static let whole = Preconditions.Outcome.proceed(rangeApplies: true)
  static let withoutRange = Preconditions.Outcome.proceed(rangeApplies: false)

  struct Row: Sendable {
    let fields: FieldSection
    let outcome: Preconditions.Outcome

    init(_ fields: FieldSection, _ outcome: Preconditions.Outcome) {
      (self.fields, self.outcome) = (fields, outcome)
    }
  }

  static let rows: [Row] = [
    Row([:], whole),
    Row(["If-None-Match": current.tag], .notModified),
    Row(["If-None-Match": "W/" + current.tag], .notModified),
    Row(["If-None-Match": "\"x\", \(current.tag) ,\"y\""], .notModified),
    Row(["If-None-Match": "*"], .notModified),
    Row(["If-None-Match": "\"x\""], whole),
    Row(["If-None-Match": ""], whole),
    Row(["If-None-Match": String(current.tag.dropLast())], whole),
    // A date counts by itself, and only then
    Row(["If-Modified-Since": date], .notModified),
    Row(["If-Modified-Since": "Sunday, 06-Nov-94 08:49:37 GMT"], .notModified),
    Row(["If-Modified-Since": earlier], whole),
    Row(["If-Modified-Since": later], whole),
    Row(["If-Modified-Since": "yesterday"], whole),
    Row(["If-None-Match": "\"x\"", "If-Modified-Since": date], whole),
    Row(["If-None-Match": current.tag, "If-Modified-Since": earlier], .notModified),
    // What must hold comes first
    Row(["If-Match": current.tag], whole),
    Row(["If-Match": "*"], whole),
    Row(["If-Match": "W/" + current.tag], .failed),
    Row(["If-Match": "\"x\"", "If-None-Match": current.tag], .failed),
    Row(["If-Match": current.tag, "If-None-Match": current.tag], .notModified),
    Row(["If-Unmodified-Since": date], whole),
    Row(["If-Unmodified-Since": later], whole),
    Row(["If-Unmodified-Since": earlier], .failed),
    Row(["If-Unmodified-Since": "never"], whole),
    Row(["If-Match": current.tag, "If-Unmodified-Since": earlier], whole),
    // Ranges of what the client has already
    Row(["If-Range": current.tag], whole),
    Row(["If-Range": date], whole),
    Row(["If-Range": "W/" + current.tag], withoutRange),
    Row(["If-Range": "\"x\""], withoutRange),
    Row(["If-Range": later], withoutRange),
    Row(["If-Range": ""], withoutRange),
  ]

  @Test(arguments: rows)
  func areJudgedInOrder(row: Row) {
    #expect(Preconditions(row.fields).evaluate(against: Self.current) == row.outcome)
  }

  @Test func joinsTheLinesOfAList() {
    let fields: FieldSection = ["If-None-Match": "\"x\"", "if-none-match": Self.current.tag]
    #expect(Preconditions(fields).evaluate(against: Self.current) == .notModified)
  }
}
