/// One line of a .gitignore file. See gitignore(5), "PATTERN FORMAT".
struct IgnorePattern: Sendable, Equatable {
  private enum Segment: Sendable, Equatable {
    case component(Glob)
    /// `**`: any number of directories, also none.
    case directories
  }

  /// Begins with `!`: takes back what an earlier pattern ignored.
  let isNegated: Bool

  /// Ends with `/`: concerns directories only.
  private let isDirectoryOnly: Bool

  /// Has a slash at the beginning or in the middle: compared with the whole path from the file's
  /// directory on. Otherwise with the last component only.
  private let isAnchored: Bool

  private let segments: [Segment]

  /// Nil for an empty line or a comment.
  init?(line: some Collection<UInt8>) {
    var text = Array(line)
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    Self.dropTrailingSpaces(&text)
    guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
    isNegated = first == UInt8(ascii: "!")
    if isNegated { text.removeFirst() }
    isDirectoryOnly = text.last == UInt8(ascii: "/")
    if isDirectoryOnly { text.removeLast() }
    isAnchored = text.contains(UInt8(ascii: "/"))
    if text.first == UInt8(ascii: "/") { text.removeFirst() }
    guard !text.isEmpty else { return nil }
    segments = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map {
        $0.elementsEqual("**".utf8) ? .directories : .component(Glob($0))
      }
  }

  /// Whether the pattern concerns the entry at `components`, which are relative to the directory of
  /// the file that has the pattern. Directories above the entry are not considered: whoever walks
  /// the tree has asked about them before.
  func matches(_ components: ArraySlice<[UInt8]>, isDirectory: Bool) -> Bool {
    guard isDirectory || !isDirectoryOnly, let last = components.last else { return false }
    guard isAnchored || segments.count > 1 else {
      return Self.matches(segments[...], [last])
    }
    return Self.matches(segments[...], components)
  }

  private static func matches(
    _ segments: ArraySlice<Segment>,
    _ components: ArraySlice<[UInt8]>
  ) -> Bool {
    var segment = segments.startIndex
    var component = components.startIndex
    // Where to go on when a `**` has to take one directory more; only the last one needs it.
    var retry: (segment: Int, component: Int)?
    while component < components.endIndex {
      if segment < segments.endIndex, case .directories = segments[segment] {
        retry = (segment + 1, component)
        segment += 1
        // At the end it stands for everything inside, which is at least one component.
        if segment == segments.endIndex { return true }
      } else if segment < segments.endIndex, case .component(let glob) = segments[segment],
        glob.matches(components[component])
      {
        segment += 1
        component += 1
      } else if let last = retry {
        retry = (last.segment, last.component + 1)
        segment = last.segment
        component = last.component + 1
      } else {
        return false
      }
    }
    return segment == segments.endIndex
  }

  /// Trailing spaces do not count unless a backslash quotes them.
  private static func dropTrailingSpaces(_ text: inout [UInt8]) {
    while text.last == UInt8(ascii: " ") {
      let before = text.dropLast()
      let backslashes = before.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
      if !backslashes.isMultiple(of: 2) { return }
      text.removeLast()
    }
  }
}
