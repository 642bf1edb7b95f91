/// Directories added for building, loading, importing or debugging: one list, in the order in which
/// they are searched.
package struct SearchPaths: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, CaseIterable, Codable {
    /// `.swiftmodule`s: the compiler and LLDB.
    case swiftModules = "swift-modules"
    /// C headers and module maps: the compiler and LLDB.
    case headers
    /// Libraries: the linker, the loader and debuggers.
    case libraries
    /// Frameworks: the compiler and LLDB.
    case frameworks
    /// Where sources are that were compiled elsewhere: debuggers.
    case sources
    /// Separate debug information: debuggers.
    case symbols
    /// Scripts that debuggers are to load: files, or directories of them.
    case debuggerScripts = "debugger-scripts"
    /// Python modules.
    case python
  }

  package struct Entry: Sendable, Hashable, Codable {
    package var kind: Kind

    /// Absolute.
    package var path: String

    /// Of `sources`: where the compiler saw what is now at `path`.
    package var compiledAt: String?

    package init(_ kind: Kind, _ path: String, compiledAt: String? = nil) {
      self.kind = kind
      self.path = path
      self.compiledAt = compiledAt
    }
  }

  package private(set) var entries: [Entry]

  package init(_ entries: [Entry] = []) {
    self.entries = []
    add(entries)
  }

  /// The directories of a kind.
  package subscript(kind: Kind) -> [String] {
    entries.filter { $0.kind == kind }.map(\.path)
  }

  /// Adds what is to be searched before what is there. What is given twice counts where it comes
  /// first.
  mutating func add(_ new: [Entry]) {
    var seen: Set<Entry> = []
    entries = (new + entries).filter { seen.insert($0).inserted }
  }
}
