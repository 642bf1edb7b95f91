/// The parts of the compiler's invocations for one module, taken from those that its driver would
/// run: one for each source, and one for the module's interface.
struct JobTemplate {
  let compiler: String
  let leading: [String]
  let options: [String]
  let interface: [String]

  /// Options that say where something goes, each followed by a path: a replay has its own.
  private static let outputs: Set = [
    "-o", "-emit-dependencies-path", "-emit-reference-dependencies-path",
    "-serialize-diagnostics-path", "-index-store-path", "-index-unit-output-path",
    "-emit-module-doc-path", "-emit-module-source-info-path", "-emit-objc-header-path",
    "-emit-abi-descriptor-path",
  ]

  /// Takes `lines`, what the driver prints, apart. Throws unless every source has one job, and all
  /// are the same but for what a replay knows how to say.
  init(lines: [[String]], sources: [ReplayPlan.Source]) throws(Doubt) {
    var compiler: String?
    var leading: [String]?
    var options: [String]?
    var interface: [String]?
    var compiled: Set<String> = []
    let paths = sources.map(\.path)
    for line in lines {
      guard line.count > 3, line[1] == "-frontend" else { continue }
      guard compiler == nil || compiler == line[0] else { throw Doubt("several compilers") }
      compiler = line[0]
      let parts = try Self.parts(of: line, paths)
      if parts.leading.contains("-emit-module") {
        guard interface == nil, parts.primaries.isEmpty else { throw Doubt("several interfaces") }
        interface = parts.leading + paths + parts.options
      } else {
        guard parts.primaries.count == 1, parts.leading == ["-frontend", "-c"],
          let source = sources.first(where: { $0.path == parts.primaries[0] }),
          parts.object == source.object,
          options == nil || options == parts.options,
          compiled.insert(source.path).inserted
        else { throw Doubt("an unknown kind of compiler job") }
        leading = parts.leading
        options = parts.options
      }
    }
    guard let compiler, let leading, let options, let interface, compiled.count == sources.count
    else { throw Doubt("a source without a compiler job") }
    // What would be written elsewhere than into a replay's directory.
    for option in options + interface where option.hasPrefix("-emit-") && option != "-emit-module" {
      throw Doubt("the compiler option \(option)")
    }
    self.compiler = compiler
    self.leading = leading
    self.options = options
    self.interface = interface
  }

  private struct Parts {
    var leading: [String] = []
    var primaries: [String] = []
    var options: [String] = []
    var object: String?
  }

  private static func parts(of line: [String], _ paths: [String]) throws(Doubt) -> Parts {
    var parts = Parts()
    var rest = line.dropFirst()
    let known = Set(paths)
    while let word = rest.first, word != "-primary-file", !known.contains(word) {
      parts.leading.append(word)
      rest.removeFirst()
    }
    var seen: [String] = []
    while let word = rest.first, word == "-primary-file" || known.contains(word) {
      rest.removeFirst()
      let path = word == "-primary-file" ? rest.popFirst() ?? "" : word
      if word == "-primary-file" { parts.primaries.append(path) }
      seen.append(path)
    }
    guard seen == paths else { throw Doubt("the compiler gets other sources than planned") }
    while let word = rest.popFirst() {
      if outputs.contains(word) {
        guard let path = rest.popFirst() else { throw Doubt("\(word) without a path") }
        if word == "-o" { parts.object = path }
      } else if word == "-index-system-modules" {
        continue
      } else if word.hasPrefix("@") || word == "-filelist"
        || word == "-supplementary-output-file-map"
      {
        throw Doubt("lists of files")
      } else {
        parts.options.append(word)
      }
    }
    return parts
  }
}
