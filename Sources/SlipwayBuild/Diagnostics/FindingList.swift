/// Findings without repetition: one error comes from several compiler jobs, once for the module's
/// interface and once for each file that was compiled along with it.
struct FindingList: Sendable {
  private static let limit = 200

  private var errors: [Diagnostic] = []
  private var others: [Diagnostic] = []
  private var known: [Key: Int] = [:]

  /// Errors first, each kind in the order in which it came.
  var ordered: [Diagnostic] { errors + others }

  mutating func add(_ diagnostic: Diagnostic) {
    let key = Key(diagnostic)
    let isError = diagnostic.severity == .error
    if let index = known[key] {
      // A job that was cut short may have said less than another.
      if isError {
        errors[index].complete(with: diagnostic)
      } else {
        others[index].complete(with: diagnostic)
      }
    } else if isError, errors.count < Self.limit {
      known[key] = errors.count
      errors.append(diagnostic)
    } else if !isError, others.count < Self.limit {
      known[key] = others.count
      others.append(diagnostic)
    }
  }

  private struct Key: Hashable {
    let severity: Diagnostic.Severity
    let file: String?
    let line: Int?
    let column: Int?
    let message: String

    init(_ diagnostic: Diagnostic) {
      severity = diagnostic.severity
      file = diagnostic.file
      line = diagnostic.line
      column = diagnostic.column
      message = diagnostic.message
    }
  }
}

extension Diagnostic {
  fileprivate mutating func complete(with other: Diagnostic) {
    if (excerpt?.utf8.count ?? 0) < (other.excerpt?.utf8.count ?? 0) { excerpt = other.excerpt }
    if notes.count < other.notes.count { notes = other.notes }
  }
}
