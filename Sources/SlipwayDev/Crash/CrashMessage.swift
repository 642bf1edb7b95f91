/// What the runtime of a language said about an end, found in what was printed on standard error.
package struct CrashMessage: Sendable, Equatable, Codable {
  /// One line: `Fatal error: Index out of range`.
  package var text: String

  /// Where the runtime says it was: a path as the compiler had it, perhaps `Module/File.swift`.
  package var file: String?
  package var line: Int?

  package init(text: String, file: String? = nil, line: Int? = nil) {
    self.text = text
    self.file = file
    self.line = line
  }

  /// The last words of Swift's runtime, glibc, or the C++ runtime, in the order in which they are
  /// looked for in a line.
  private static let markers = [
    "Fatal error", "Precondition failed", "Assertion failed",
    "Fatal access conflict detected", "Could not cast value of type",
    "BUG IN CLIENT OF LIBDISPATCH",
    "SWIFT TASK CONTINUATION MISUSE", "terminate called", "*** stack smashing detected ***",
    "*** buffer overflow detected ***", "free():", "malloc():", "malloc_consolidate():",
    "realloc():", "munmap_chunk():", "corrupted ", "double free or corruption",
    "AddressSanitizer:", "ThreadSanitizer:", "runtime error:",
  ]

  /// How far from the end they may be: other threads go on printing for a moment.
  private static let lineLimit = 200

  /// Where Swift's own backtracer begins, if it has been switched on; it quotes source.
  private static let backtrace = " Program crashed: "

  /// Finds it in the end of what was printed; nil if nothing there looks like last words.
  package init?(in printed: String) {
    let lines = Self.withoutBacktrace(printed)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .suffix(Self.lineLimit)
      .map(String.init)
    for (index, line) in lines.enumerated().reversed() {
      if let message = Self.message(in: line) {
        self = message
        complete(with: lines, at: index)
        return
      }
    }
    return nil
  }

  private static func withoutBacktrace(_ printed: String) -> Substring {
    let starts = printed.ranges(of: backtrace)
    guard let last = starts.last else { return printed[...] }
    return printed[..<last.lowerBound]
  }

  /// `App/App.swift:12: Fatal error: Index out of range`.
  private static func message(in line: String) -> CrashMessage? {
    if let assertion = assertion(in: line) { return assertion }
    guard let start = markers.lazy.compactMap({ line.firstRange(of: $0)?.lowerBound }).first else {
      return nil
    }
    var message = CrashMessage(text: String(line[start...]).trimmed)
    let parts = line[..<start].split(separator: ":")
    if parts.count >= 2, let number = Int(parts[1]), !parts[0].isEmpty {
      message.file = parts[0].trimmed
      message.line = number
    }
    return message
  }

  /// `app: file.c:12: function: Assertion `x > 0' failed.`; see assert(3).
  private static func assertion(in line: String) -> CrashMessage? {
    guard let start = line.firstRange(of: ": Assertion `")?.lowerBound, line.hasSuffix("failed.")
    else { return nil }
    let parts = line[..<start].split(separator: ":").map(\.trimmed)
    let text = String(line[start...].dropFirst(2))
    guard parts.count >= 3, let number = Int(parts[parts.count - 2]) else {
      return CrashMessage(text: text)
    }
    return CrashMessage(text: text, file: parts[parts.count - 3], line: number)
  }

  /// What some runtimes say in several lines.
  private mutating func complete(with lines: [String], at index: Int) {
    if text.hasPrefix("terminate called"), lines.indices.contains(index + 1),
      lines[index + 1].trimmed.hasPrefix("what():")
    {
      text += ", " + lines[index + 1].trimmed
    }
    if text.hasPrefix("Fatal access conflict"),
      let first = lines[..<index].last(where: { $0.contains("Simultaneous accesses to") })
    {
      text = first.trimmed
    }
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    var rest = Substring(self)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
