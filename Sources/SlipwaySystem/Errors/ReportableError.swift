/// An error that a user can read and act on. Each target has one struct that conforms, and makes
/// its values in named factories.
package protocol ReportableError: Error, CustomStringConvertible {
  /// The stable code of `devkit/docs/errors.md`, such as `SW012`.
  var stableCode: String { get }

  /// What failed, on what: one sentence without the remedy.
  var message: String { get }

  /// What to do about it: one sentence, or a few.
  var remedy: String? { get }
}

extension ReportableError {
  package var description: String {
    guard let remedy else { return "\(message) [\(stableCode)]" }
    return "\(message) \(remedy) [\(stableCode)]"
  }
}
