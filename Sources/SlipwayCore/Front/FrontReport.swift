package import SlipwaySystem

/// What the process that speaks TLS tells the server: one line of JSON each.
package struct FrontReport: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// Connections are accepted from now on.
    case serving
    /// The order cannot be carried out; the process ends.
    case failed
    /// Something the user should know; the front goes on.
    case problem
    /// Something the user may want to know.
    case notice
    /// What `slipway check` asked for, and found good.
    case good
  }

  package var kind: Kind
  package var code: String
  package var message: String
  package var remedy: String?

  package init(_ kind: Kind, code: String = "", message: String = "", remedy: String? = nil) {
    self.kind = kind
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  package init(_ kind: Kind, _ error: some ReportableError) {
    self.init(kind, code: error.stableCode, message: error.message, remedy: error.remedy)
  }
}
