/// How an application broke the rules of the interface.
struct Mistake: Error, Equatable {
  /// What it did, to follow the application's name: "called …".
  let message: String

  private init(_ message: String) {
    self.message = message
  }

  static let readWhileReading = Mistake("called read while another read was outstanding")
  static let readWithoutCallback = Mistake("called read without a callback")
  static let readOfNothing = Mistake("called read for 0 bytes")
  static let startAfterStart = Mistake("started the same response twice")
  static let writeBeforeStart = Mistake("called write before start")
  static let finishBeforeStart = Mistake("called finish before start")
  static let respondAfterStart = Mistake("called respond after start")
  static let watchedTwice = Mistake("called when_gone twice for one exchange")
  static let watchWithoutCallback = Mistake("called when_gone without a callback")
  static let noResponse = Mistake("passed NULL instead of a response")
  static let doneTwice = Mistake("reported the end of its shutdown twice, or without being asked")

  static func notAnExchange(_ function: String) -> Mistake {
    Mistake("called \(function) for an exchange that has ended or never was")
  }

  static func responseTooSmall(_ size: Int) -> Mistake {
    Mistake("passed a slipway_response whose size is \(size): less than that of version 1")
  }

  static func status(_ status: UInt16) -> Mistake {
    Mistake("answered with the status \(status), which is neither 101 nor between 200 and 599")
  }

  static func tooManyFields(_ count: Int) -> Mistake {
    Mistake("passed \(UInt(bitPattern: count)) fields; the gateway takes \(Limits.fieldCount)")
  }

  static let noFields = Mistake("passed NULL instead of fields")

  static func length(_ what: String, _ count: Int) -> Mistake {
    Mistake("passed \(what) of \(UInt(bitPattern: count)) bytes")
  }

  static func null(_ what: String) -> Mistake {
    Mistake("passed \(what) that is NULL but not empty")
  }
}

/// How much of anything an application may pass in one call. Beyond it the gateway takes the number
/// for a mistake, and touches no memory.
enum Limits {
  static let fieldCount = 1_024

  /// Of one field name or field value, in bytes.
  static let field = 1 << 20

  /// Of the body of `respond` or `write`, in bytes.
  static let body = 1 << 30

  /// Of a message, in bytes. A longer one is cut.
  static let message = 64 << 10
}
