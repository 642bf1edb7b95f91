import FoundationEssentials

/// Makes links that open a source in the user's editor.
///
/// `PLUG_EDITOR` is the URL, with `__FILE__` and `__LINE__` in it, or `__RELATIVEFILE__`; if it is
/// empty, there are no links. Without it, the editor in whose terminal the server was started is
/// taken, or the first in PATH of those that are known.
package struct EditorLink: Sendable {
  /// Commands of editors that register a URL scheme, with the URLs they open.
  private static let known: [(command: String, url: String)] = [
    ("code", "vscode://file__FILE__:__LINE__"),
    ("cursor", "cursor://file__FILE__:__LINE__"),
    ("codium", "vscodium://file__FILE__:__LINE__"),
    ("zed", "zed://file__FILE__:__LINE__"),
    ("subl", "subl://open?url=file://__FILE__&line=__LINE__"),
    ("clion", "clion://open?file=__FILE__&line=__LINE__"),
    ("idea", "idea://open?file=__FILE__&line=__LINE__"),
    ("emacsclient", "emacs://open?url=file://__FILE__&line=__LINE__"),
  ]

  private let template: String
  private let directory: String

  /// Nil if there is no editor to link to.
  /// - Parameter directory: what `__RELATIVEFILE__` is relative to.
  package init?(environment: [String: String], directory: String) {
    self.directory = directory
    if let wanted = environment["PLUG_EDITOR"] {
      guard Self.isLink(wanted) else { return nil }
      template = wanted
      return
    }
    if environment["TERM_PROGRAM"] == "vscode" {
      template = Self.known[0].url
      return
    }
    let directories = (environment["PATH"] ?? "").split(separator: ":")
    let found = Self.known.first { editor in
      directories.contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(editor.command)")
      }
    }
    guard let found else { return nil }
    template = found.url
  }

  /// A link that a page may hold: of a scheme of its own, and to no script.
  private static func isLink(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), text.contains("__") else { return false }
    let scheme = text[..<colon].lowercased()
    let isScheme =
      scheme.first?.isLetter == true
      && scheme.utf8.allSatisfy { byte in
        byte >= 0x61 && byte <= 0x7a || byte >= 0x30 && byte <= 0x39 || "+-.".utf8.contains(byte)
      }
    return isScheme && !["javascript", "data", "vbscript"].contains(scheme)
  }

  /// The link to one line; to the first if none is known.
  package func url(file: String, line: Int?) -> String {
    let relative = file.hasPrefix(directory + "/") ? file.dropFirst(directory.count + 1) : file[...]
    return
      template
      .replacing("__RELATIVEFILE__", with: Self.escaped(relative))
      .replacing("__FILE__", with: Self.escaped(file[...]))
      .replacing("__LINE__", with: "\(line ?? 1)")
  }

  /// RFC 3986: everything but unreserved characters and slashes is escaped.
  private static func escaped(_ path: Substring) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = ""
    for byte in path.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 0x80, (character.isLetter || character.isNumber) || "-._~/".contains(character) {
        text.append(character)
      } else {
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return text
  }
}
