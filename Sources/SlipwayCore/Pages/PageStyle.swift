/// The style of all pages, which stands in each of them: a page needs nothing but itself.
enum PageStyle {
  private static let content = "\n" + String(decoding: PackageResources.error_css, as: UTF8.self)

  /// What takes the place of the link to the style sheet.
  static let element = "<style>\(content)</style>"

  /// What permits this style and no other in a Content-Security-Policy (Level 3, section 2.3.1).
  static let source = "'sha256-\(Base64.encode(SHA256.digest(of: Array(content.utf8))))'"
}
