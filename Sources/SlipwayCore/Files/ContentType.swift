/// Content types by the ending of a file's name: a table of our own for what the web is made of,
/// and the system's for the rest.
///
/// Ours comes first, because systems are behind there (`application/javascript`, nothing at all for
/// `.mjs`), and so that a site is served alike on each machine.
package enum ContentType {
  /// For a name without an ending, or with an unknown one, `application/octet-stream`.
  ///
  /// Text is in UTF-8, and said to be.
  package static func of(_ name: [UInt8], system: @autoclosure () -> MIMETypes = .system) -> String
  {
    // A dot at the beginning makes a hidden file, not an ending.
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return unknown }
    let ending = String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
    if let type = types[ending] { return type }
    guard let type = system()[ending] else { return unknown }
    return type.hasPrefix("text/") ? type + "; charset=utf-8" : type
  }

  private static let unknown = "application/octet-stream"

  private static let types = [
    // Pages
    "cjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "xht": "application/xhtml+xml",
    "xhtml": "application/xhtml+xml",

    // Data
    "atom": "application/atom+xml",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "map": "application/json",
    "ndjson": "application/x-ndjson",
    "rss": "application/rss+xml",
    "toml": "application/toml",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "yml": "application/yaml",

    // Text
    "log": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",

    // Images
    "apng": "image/apng",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "heic": "image/heic",
    "ico": "image/vnd.microsoft.icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "jxl": "image/jxl",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",

    // Fonts
    "otf": "font/otf",
    "ttf": "font/ttf",
    "woff": "font/woff",
    "woff2": "font/woff2",

    // Sound and film
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "webm": "video/webm",

    // Documents and archives
    "br": "application/octet-stream",
    "gz": "application/gzip",
    "pdf": "application/pdf",
    "tar": "application/x-tar",
    "zip": "application/zip",
    "zst": "application/zstd",
  ]
}
