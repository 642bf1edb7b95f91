import Foundation
import Testing

/// Raw bytes of a connection, and what is to come of them. See `Corpus/README.md` for the form of
/// the files.
struct CorpusEntry: Sendable, CustomTestStringConvertible {
  enum Outcome: Hashable, Sendable {
    /// The application gets a request: method, target, authority and, if there is one, body.
    case request(String)
    /// The gateway answers in the application's place.
    case status(Int)
    /// The connection takes a further request.
    case open
    case closed
    /// The bytes end within a head, or within a body.
    case waitsForHead
    case waitsForBody
  }

  /// The name of its file: the RFC and the section.
  var section: String
  var name: String
  var bytes: [UInt8]
  var outcomes: [Outcome]

  var testDescription: String { "\(section): \(name)" }

  static let all: [CorpusEntry] = {
    let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
    let files = try? FileManager.default.contentsOfDirectory(
      at: directory,
      includingPropertiesForKeys: nil
    )
    return (files ?? []).filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }
      .flatMap { file in
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return parse(text, section: file.deletingPathExtension().lastPathComponent)
      }
  }()

  static let sections: [String] = Array(Set(all.map(\.section))).sorted()

  static func entries(of section: String) -> [CorpusEntry] {
    all.filter { $0.section == section }
  }

  // MARK: The files

  private static func parse(_ text: String, section: String) -> [CorpusEntry] {
    var entries: [CorpusEntry] = []
    var name = ""
    var values: [String] = []
    var request: [Substring] = []
    var outcomes: [Substring] = []
    func finish() {
      for value in name.isEmpty ? [] : values.isEmpty ? [""] : values {
        func fill(_ line: Substring) -> String {
          values.isEmpty ? String(line) : String(line).replacing("$", with: value)
        }
        entries.append(
          CorpusEntry(
            section: section,
            name: values.isEmpty ? name : "\(name) \(value)",
            bytes: request.flatMap { bytes(ofLine: fill($0)) },
            outcomes: outcomes.map { outcome(fill($0)) }
          )
        )
      }
      (name, values, request, outcomes) = ("", [], [], [])
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("= ") {
        finish()
        name = String(line.dropFirst(2))
      } else if line.hasPrefix("@ ") {
        values = line.dropFirst(2).split(separator: " ").map(String.init)
      } else if line.hasPrefix("> ") {
        outcomes.append(line.dropFirst(2))
      } else if !name.isEmpty, outcomes.isEmpty {
        request.append(line)
      }
    }
    finish()
    return entries
  }

  private static func outcome(_ text: String) -> Outcome {
    switch text {
    case "open": .open
    case "closed": .closed
    case "waits for head": .waitsForHead
    case "waits for body": .waitsForBody
    default: Int(text).map(Outcome.status) ?? .request(Self.text(bytes(ofLine: text + "\\")))
    }
  }

  /// The line's bytes and CR LF, which a backslash at its end leaves out.
  private static func bytes(ofLine line: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Substring(line)
    while let character = rest.popFirst() {
      guard character == "\\" else {
        bytes += Array(character.utf8)
        continue
      }
      switch rest.popFirst() {
      case nil: return bytes
      case "r": bytes.append(0x0D)
      case "n": bytes.append(0x0A)
      case "t": bytes.append(0x09)
      case "s": bytes.append(0x20)
      case "x":
        bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      case "*":
        // \*COUNT{TEXT}
        let count = Int(rest.prefix { $0 != "{" }) ?? 0
        let text = rest.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }
        rest = rest.drop { $0 != "}" }.dropFirst()
        let repeated = Self.bytes(ofLine: text + "\\")
        for _ in 0..<count { bytes += repeated }
      case let escaped?: bytes += Array(escaped.utf8)
      }
    }
    return bytes + [0x0D, 0x0A]
  }

  /// Bytes in the spelling of the files.
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      switch byte {
      case 0x0D: "\\r"
      case 0x0A: "\\n"
      case 0x5C: "\\\\"
      case 0x20..<0x7F: String(UnicodeScalar(byte))
      default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    .joined()
  }

  /// How the files write a request that an application got.
  static func description(
    method: String,
    target: String,
    authority: String,
    body: some Collection<UInt8>,
    trailers: [(String, String)]
  ) -> String {
    var text = "\(method) \(self.text(target.utf8)) \(authority.isEmpty ? "-" : authority)"
    if !body.isEmpty { text += " " + self.text(body) }
    for (name, value) in trailers { text += " ~\(name)=\(value)" }
    return text
  }
}
