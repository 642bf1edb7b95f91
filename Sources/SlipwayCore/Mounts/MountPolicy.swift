/// The rules of one mount in the form in which its exchanges need them.
///
/// A mount that has no rules has no policy either, which is all that its exchanges look at.
final class MountPolicy: Sendable {
  let rules: MountRules

  /// The methods that are let through, HEAD included; nil for all.
  private let methods: [String]?

  /// Of the fields that the application's are replaced by.
  private let replacedNames: [String]

  /// nil if there are no rules.
  init?(_ rules: MountRules) {
    guard rules != MountRules() else { return nil }
    self.rules = rules
    methods = rules.methods.map { methods in
      methods.contains("GET") && !methods.contains("HEAD") ? methods + ["HEAD"] : methods
    }
    // Each cookie has a line of its own (RFC 6265, section 3), and replacing one would drop all.
    replacedNames = rules.responseFields.map(\.name).filter { $0.lowercased() != "set-cookie" }
  }

  /// What is answered before anything is asked to serve the request; nil if it may pass. Whoever
  /// is not let in learns nothing else about the mount.
  func refusal(
    of head: RequestHead,
    at prefix: String,
    from peer: @autoclosure () -> Peer
  ) -> ErrorPage? {
    if rules.access != nil {
      let peer = peer()
      if case .denied(let rule) = judge(peer) {
        return .accessDenied(to: peer, at: prefix, by: rule)
      }
    }
    if let methods, !methods.contains(head.method) {
      return .methodExcluded(head.method, at: prefix, allowed: methods)
    }
    return nil
  }

  func judge(_ peer: Peer) -> AccessRules.Verdict {
    rules.access?.judge(peer) ?? .allowed
  }

  func complete(_ head: inout ResponseHead) {
    // Several ranges cannot be told apart without the boundary that the type names.
    let isMultipart =
      head.status == 206
      && head.fields.first(name: "Content-Type")?.hasPrefix("multipart/") ?? false
    let kept = isMultipart ? "content-type" : nil
    for name in replacedNames where name.lowercased() != kept { head.fields.remove(name: name) }
    for field in rules.responseFields where field.name.lowercased() != kept {
      head.fields.add(name: field.name, value: field.value)
    }
  }
}
