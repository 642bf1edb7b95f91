/// The style of all pages, which stands in each of them: a page needs nothing but itself.
package enum PageStyle {
  /// Colours and typefaces, as variables of the page or, in a sheet of a shadow root, of its host.
  package static let palette = String(decoding: PackageResources.palette_css, as: UTF8.self)

  private static let content =
    "\n" + palette + String(decoding: PackageResources.error_css, as: UTF8.self)

  /// What takes the place of the link to the style sheet.
  static let element = "<style>\(content)</style>"

  /// What permits this style and no other in a Content-Security-Policy (Level 3, section 2.3.1).
  private static let source = "'sha256-\(Base64.encode(SHA256.digest(of: Array(content.utf8))))'"

  /// The Content-Security-Policy of a page: nothing is fetched and nothing runs.
  /// - Parameters:
  ///   - formsGo: Where its forms may be sent to.
  ///   - framedBy: Who may show it in a frame.
  static func policy(formsGo: String, framedBy: String) -> String {
    "default-src 'none'; style-src \(source); img-src data:; base-uri 'none';"
      + " form-action \(formsGo); frame-ancestors \(framedBy)"
  }
}
