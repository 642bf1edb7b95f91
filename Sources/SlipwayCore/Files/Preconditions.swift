/// The conditional fields of a GET or HEAD request, in the order that RFC 9110, section 13.2.2
/// gives them.
package struct Preconditions: Sendable {
  package enum Outcome: Sendable, Equatable {
    /// Answer as if there were no condition. `rangeApplies` is false if If-Range failed.
    case proceed(rangeApplies: Bool)

    /// Status 304.
    case notModified

    /// Status 412.
    case failed
  }

  private let fields: FieldSection

  package init(_ fields: FieldSection) {
    self.fields = fields
  }

  package func evaluate(against current: Validators) -> Outcome {
    if let tags = fields.list("If-Match") {
      guard names(current, in: tags, weakly: false) else { return .failed }
    } else if let limit = date("If-Unmodified-Since"), let modified = current.lastModified {
      guard modified <= limit else { return .failed }
    }
    if let tags = fields.list("If-None-Match") {
      if names(current, in: tags, weakly: true) { return .notModified }
    } else if let known = date("If-Modified-Since") {
      // Equal, not "equal or earlier": restoring an older version of a file is a change too, and
      // clients send back what Last-Modified said.
      if known == current.lastModified { return .notModified }
    }
    return .proceed(rangeApplies: rangeApplies(to: current))
  }

  private func rangeApplies(to current: Validators) -> Bool {
    guard let validator = fields.first(name: "If-Range") else { return true }
    // Compared strongly, which no weak tag survives; and a date is strong only if no other state of
    // the file can have had it (section 8.8.2.2), which is what makes us send it.
    return validator == current.tag
      || HTTPDate(validator).map { $0 == current.lastModifiedToSend } ?? false
  }

  private func date(_ name: String) -> HTTPDate? {
    fields.first(name: name).flatMap(HTTPDate.init)
  }

  /// Our tags contain neither comma nor quotation mark, so a list can be split at commas: what is
  /// no tag of ours never equals one.
  private func names(_ current: Validators, in list: String, weakly: Bool) -> Bool {
    list.split(separator: ",")
      .contains { element in
        var tag = Syntax.trimmed(element)
        if weakly, tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        return tag == "*" || tag == current.tag
      }
  }
}
