package import NIOCore

extension DirectoryListing {
  /// The listing as the client likes it best: a page, lines of text, or JSON.
  ///
  /// - Parameter accept: The Accept field, its lines joined by commas.
  package func render(accept: String?) -> (contentType: String, body: ByteBuffer) {
    switch PageFormat(accept: accept) {
    case .html: ("text/html; charset=utf-8", html)
    case .json: ("application/json", json)
    case .text: ("text/plain; charset=utf-8", ByteBuffer(string: text))
    }
  }

  private var html: ByteBuffer {
    Self.template.render([
      "path": .text(path),
      "parent": .list(hasParent ? [[:]] : []),
      "empty": .list(entries.isEmpty ? [[:]] : []),
      "table": .list(
        entries.isEmpty && !hasParent
          ? []
          : [["parent": .list(hasParent ? [[:]] : []), "entries": .list(entries.map(\.values))]]
      ),
      "leftOut": .list(leftOutText.map { [["text": .text($0)]] } ?? []),
    ])
  }

  private static let template = PageTemplate(html: PackageResources.listing_html)

  /// `{"path", "entries": [{"name", "href", "type", "size", "modified"}], "leftOut"}`. A name that is
  /// not UTF-8 is readable in `href` only.
  private var json: ByteBuffer {
    var json = JSONWriter()
    json.object { json in
      json.text("path", path)
      json.array("entries") { json in
        for entry in entries {
          json.object { json in
            json.text("name", String(decoding: entry.name, as: UTF8.self))
            json.text("href", entry.reference)
            json.text("type", entry.isDirectory ? "directory" : "file")
            json.number("size", entry.size)
            json.text("modified", entry.modified?.internetDate)
          }
        }
      }
      json.number("leftOut", leftOut)
    }
    return json.bytes
  }

  private var text: String {
    let widest = entries.map(\.sizeText.count).max() ?? 0
    var lines = entries.map { entry in
      let size = entry.sizeText
      return "\(entry.modified?.minuteText ?? String(repeating: " ", count: 16))  "
        + "\(String(repeating: " ", count: widest - size.count))\(size)  \(entry.shownName)"
    }
    if let leftOutText { lines.append(leftOutText) }
    return VisibleText.of(lines.map { $0 + "\n" }.joined())
  }

  private var leftOutText: String? {
    if !isComplete { return "This directory is too large to be shown whole." }
    return leftOut > 0 ? "\(leftOut) more, not shown here" : nil
  }
}

extension DirectoryListing.Entry {
  fileprivate var values: PageTemplate.Values {
    [
      "reference": .text(reference),
      "name": .text(shownName),
      "kind": .text(isDirectory ? "directory" : "file"),
      "size": .text(sizeText),
      "date": .list(
        modified.map { [["exact": .text($0.internetDate), "shown": .text($0.minuteText)]] } ?? []
      ),
    ]
  }

  /// Relative, and beginning with `./`, for a name may contain a colon.
  fileprivate var reference: String {
    "./" + PercentEncoding.encode(segment: name) + (isDirectory ? "/" : "")
  }

  /// On one line, whatever is in it.
  fileprivate var shownName: String {
    let name = String(decoding: name, as: UTF8.self)
    return String(name.map { $0.isNewline ? "␤" : $0 == "\t" ? "␉" : $0 })
      + (isDirectory ? "/" : "")
  }

  /// `7 B`, `1.2 KB`, `345 MB`: powers of 1024, as ls(1) has it.
  fileprivate var sizeText: String {
    guard let size else { return "" }
    guard size >= 1024 else { return "\(size) B" }
    var unit = 0
    var whole = size
    while whole >= 1024 * 1024, unit < 4 {
      whole /= 1024
      unit += 1
    }
    let name = ["KB", "MB", "GB", "TB", "PB"][unit]
    let tenths = whole * 10 / 1024
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(name)" : "\(tenths / 10) \(name)"
  }
}
