import SlipwaySystem

/// What the dynamic loader says that a program needs, without running it: `LD_TRACE_LOADED_OBJECTS`
/// in ld.so(8), which is what ldd(1) does.
enum LoaderTrace {
  /// The names of the libraries that are not found in `environment`, in the order in which they are
  /// needed. Empty, too, if the loader does not answer: then the program itself will say what is
  /// wrong. Blocks.
  static func missingLibraries(of program: String, environment: [String: String]) -> [String] {
    let child = ChildProcess(
      executable: program,
      // A program that is not linked dynamically would run: then let it do as little as it can.
      arguments: ["--version"],
      environment: environment.merging(["LD_TRACE_LOADED_OBJECTS": "1"]) { $1 },
      directory: "/"
    )
    guard let run = try? child.run(within: .seconds(10)), !run.wasCutShort else { return [] }
    return missing(in: run.lines)
  }

  /// Reads lines such as `libpython3.10.so.1.0 => not found`.
  static func missing(in lines: [String]) -> [String] {
    var names: [String] = []
    for line in lines {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count == 4, words[1] == "=>", words[2] == "not", words[3] == "found" else {
        continue
      }
      let name = String(words[0])
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}
