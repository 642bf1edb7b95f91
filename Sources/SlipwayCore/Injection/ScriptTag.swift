/// The tag that is put into pages.
package struct ScriptTag: Sendable, Equatable {
  /// A path and query of this server, without anything that HTML would have to escape.
  var source: String
  /// From the policy that came with the page.
  var nonce: String?
  /// The page answers another method than GET, so that it must not be asked for again unasked.
  var isOnce = false

  package init(source: String) { self.source = source }

  /// - Parameter nonce: What the page itself lets scripts have; the policy that came with it decides.
  func html(nonce pageNonce: String?) -> String {
    var html = "<script async src=\"\(source)\""
    if let nonce = nonce ?? pageNonce { html += " nonce=\"\(nonce)\"" }
    if isOnce { html += " data-once" }
    return html + "></script>"
  }
}
