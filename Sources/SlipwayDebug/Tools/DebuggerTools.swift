import Glibc
import SlipwaySystem

/// Finds the programs that debug: those beside the toolchain's compiler, and those in PATH.
///
/// Each question looks anew, so that what is installed meanwhile is found. It reads directories and,
/// for the toolchain's `lldb` and `lldb-dap`, asks the loader, which takes some ten milliseconds.
/// All functions block; none needs anything to be installed.
package struct DebuggerTools: Sendable {
  /// The environment that the programs would be started in.
  private let environment: [String: String]

  /// What the configuration says in `debugger-environment`, for the toolchain's `lldb` and `lldb-dap`:
  /// it wins over what is found.
  private let settings: [String: String]

  private let python: PythonPlaces

  /// - Parameters:
  ///   - environment: That of the server. PATH says where to look, PYENV_ROOT and HOME where Python
  ///     may be.
  ///   - settings: Variables for the debugger alone, which the user has set.
  package init(environment: [String: String], settings: [String: String] = [:]) {
    self.environment = environment
    self.settings = settings
    python = PythonPlaces(environment: environment)
  }

  /// The best program of a kind. The toolchain's is better than any other; of the numbered ones the
  /// highest counts.
  ///
  /// - Throws: `toolMissing` if there is none; `toolIncomplete` if the only ones lack a library that
  ///   is nowhere to be found.
  package func find(_ kind: DebuggerTool.Kind) throws(DebugError) -> DebuggerTool {
    var incomplete: DebugError?
    for tool in candidates(kind) {
      do throws(DebugError) {
        return try complete(tool)
      } catch {
        incomplete = incomplete ?? error
      }
    }
    throw incomplete ?? .missing(kind)
  }

  /// Why the toolchain's own program of a kind cannot be used; nil if it can.
  package func obstacle(to kind: DebuggerTool.Kind) -> DebugError? {
    guard let tool = ofToolchain(kind).first else { return .missing(kind) }
    do throws(DebugError) {
      _ = try complete(tool)
      return nil
    } catch {
      return error
    }
  }

  /// Every program of a kind that would start, the best first.
  package func all(_ kind: DebuggerTool.Kind) -> [DebuggerTool] {
    candidates(kind).compactMap { tool in try? complete(tool) }
  }

  // MARK: - Where they are

  private func candidates(_ kind: DebuggerTool.Kind) -> [DebuggerTool] {
    var seen: Set<String> = []
    return (ofToolchain(kind) + inPath(kind)).filter { seen.insert($0.path.resolved).inserted }
  }

  private func ofToolchain(_ kind: DebuggerTool.Kind) -> [DebuggerTool] {
    guard kind != .gdb, kind != .gdbserver, let swift = compiler else { return [] }
    var directory = swift.resolved.parent
    if !"\(directory)/lldb-server".isExecutable, let asked = askedDirectory(swift) {
      directory = asked
    }
    let path = "\(directory)/\(kind.rawValue)"
    return path.isExecutable ? [DebuggerTool(kind: kind, path: path, knowsSwift: true)] : []
  }

  /// `swift` or `swiftc` in PATH.
  private var compiler: String? {
    ["swift", "swiftc"].lazy
      .compactMap { name in
        directories.lazy.map { "\($0)/\(name)" }.first(where: \.isExecutable)
      }
      .first
  }

  /// Where the compiler says that it lives. What is in PATH may be a stand-in, such as swiftly's.
  private func askedDirectory(_ swift: String) -> String? {
    let child = ChildProcess(
      executable: swift,
      arguments: ["-print-target-info"],
      environment: environment,
      directory: "/"
    )
    guard let run = try? child.run(within: .seconds(10)), run.end == .exited(0) else { return nil }
    // Of the JSON one line is wanted: "runtimeResourcePath": "/…/usr/lib/swift"
    let words = run.lines.first { $0.contains("\"runtimeResourcePath\"") }?.split(separator: "\"")
    guard let path = words?.last(where: { $0.hasPrefix("/") }), path.hasSuffix("/lib/swift") else {
      return nil
    }
    return path.dropLast("/lib/swift".count) + "/bin"
  }

  /// By its plain name, and with the number that Debian gives it: `lldb-19`, `lldb-dap-19`.
  private func inPath(_ kind: DebuggerTool.Kind) -> [DebuggerTool] {
    let name = kind.rawValue
    var plain: [String] = []
    var numbered: [(number: Int, path: String)] = []
    for directory in directories {
      if "\(directory)/\(name)".isExecutable { plain.append("\(directory)/\(name)") }
      guard kind != .gdb, kind != .gdbserver else { continue }
      for entry in directory.entries where entry.hasPrefix(name + "-") {
        guard let number = Int(entry.dropFirst(name.count + 1)), number > 0 else { continue }
        let path = "\(directory)/\(entry)"
        if path.isExecutable { numbered.append((number, path)) }
      }
    }
    let paths = plain + numbered.sorted { $0.number > $1.number }.map(\.path)
    return paths.map { DebuggerTool(kind: kind, path: $0) }
  }

  private var directories: [String] {
    (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
  }

  // MARK: - What they need

  /// Gives the tool the environment in which its libraries are found.
  private func complete(_ tool: DebuggerTool) throws(DebugError) -> DebuggerTool {
    var tool = tool
    guard tool.kind == .lldb || tool.kind == .lldbDAP else { return tool }
    // The setting is for the toolchain's: another one is linked with another Python, and comes with it.
    guard tool.knowsSwift else { return tool }
    tool.environment = settings
    var directories: [String] = []
    // A library that was found may need another one.
    for _ in 0..<4 {
      let missing = LoaderTrace.missingLibraries(of: tool.path, environment: merged(tool))
      guard let library = missing.first else { return tool }
      guard settings["LD_LIBRARY_PATH"] == nil, let place = python.place(of: library),
        !directories.contains(place.libraries)
      else { throw .incomplete(tool, lacking: library, isSet: settings["LD_LIBRARY_PATH"] != nil) }
      directories.append(place.libraries)
      tool.environment["LD_LIBRARY_PATH"] =
        (directories + [environment["LD_LIBRARY_PATH"] ?? ""]).filter { !$0.isEmpty }
        .joined(separator: ":")
      if settings["PYTHONHOME"] == nil { tool.environment["PYTHONHOME"] = place.home }
    }
    throw .incomplete(tool, lacking: "a library", isSet: false)
  }

  private func merged(_ tool: DebuggerTool) -> [String: String] {
    environment.merging(tool.environment) { $1 }
  }
}
