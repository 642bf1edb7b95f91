import SlipwaySystem

/// Scripts that extend debuggers, sorted by the debugger that understands them.
package struct DebuggerScripts: Sendable, Equatable {
  /// Python for LLDB: `command script import`.
  package private(set) var lldbModules: [String] = []

  /// Commands for LLDB.
  package private(set) var lldbCommands: [String] = []

  /// Python for gdb.
  package private(set) var gdbModules: [String] = []

  /// Commands for gdb.
  package private(set) var gdbCommands: [String] = []

  /// Python for LLDB that it cannot import, for its name is no name of a module.
  package private(set) var misnamed: [String] = []

  package init() {}

  /// Looks at files, and at the files of directories, in the order given and by name. Blocks; what
  /// cannot be read is left out.
  ///
  /// The name tells what a file is: `.lldb` and `.gdb` are commands, `.py` is Python. Python is for
  /// the debuggers whose module it imports; what imports neither is for other scripts to import.
  package init(in places: [String]) {
    for place in places {
      let inside = place.entries
      let files = inside.isEmpty ? [place] : inside.sorted().map { "\(place)/\($0)" }
      for file in files { add(file) }
    }
  }

  private mutating func add(_ file: String) {
    let name = file.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex, file.isReadable else { return }
    switch name[dot...] {
    case ".lldb": lldbCommands.append(file)
    case ".gdb": gdbCommands.append(file)
    case ".py":
      let modules = Self.imports(of: file)
      if modules.contains("gdb") { gdbModules.append(file) }
      guard modules.contains("lldb") else { return }
      if Self.isIdentifier(name[..<dot]) {
        lldbModules.append(file)
      } else {
        misnamed.append(file)
      }
    default: break
    }
  }

  /// The first words of what is imported, wherever in the file.
  private static func imports(of file: String) -> Set<String> {
    let text = WholeFile.text(at: file, atMost: 1 << 20)
    var modules: Set<String> = []
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == "." }
      guard words.count > 1, words[0] == "import" || words[0] == "from" else { continue }
      modules.formUnion(
        words[0] == "from" ? [String(words[1])] : words.dropFirst().map(String.init)
      )
    }
    return modules
  }

  private static func isIdentifier(_ name: Substring) -> Bool {
    name.utf8.enumerated()
      .allSatisfy { index, byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "_"):
          true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
        default: false
        }
      }
  }
}
