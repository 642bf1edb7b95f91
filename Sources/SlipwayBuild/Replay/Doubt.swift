/// Why nothing is replayed this time: `swift build` does it instead, so nobody is told but the log.
struct Doubt: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
