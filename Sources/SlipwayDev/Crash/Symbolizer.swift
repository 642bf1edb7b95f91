import FoundationEssentials
import Glibc
import SlipwayBuild
package import SlipwaySystem

/// Finds names, files and lines of addresses, with the toolchain's `llvm-symbolizer` and
/// `swift-demangle`: tools that are kept in step with the compiler, as children. Without them frames
/// have addresses and modules, and a crash is shown all the same.
package struct Symbolizer: Sendable {
  /// Code of the server itself is not looked up: nobody who reads a backtrace of their application
  /// wants to know, and the debug information is huge.
  private let server = ProcessImage.current.path
  private let tools: [String: String]

  /// How long each tool may take.
  private let patience: Duration

  package init(environment: [String: String], patience: Duration = .seconds(4)) {
    self.patience = patience
    let beside = Toolchain(environment: environment).swift
      .map { swift in
        String(swift[..<(swift.lastIndex(of: "/") ?? swift.startIndex)])
      }
    let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    var tools: [String: String] = [:]
    for name in ["llvm-symbolizer", "swift-demangle"] {
      tools[name] = ([beside].compactMap { $0 } + path).lazy.map { "\($0)/\(name)" }
        .first { access($0, X_OK) == 0 }
    }
    self.tools = tools
  }

  /// Tools that are not there.
  package var missing: [String] {
    ["llvm-symbolizer", "swift-demangle"].filter { tools[$0] == nil }
  }

  /// Names the frames of threads. Blocks.
  ///
  /// - Parameter isApplication: whether code of a module, or of a source file, is the application's.
  package func backtraces(
    of threads: [CrashRecord],
    modules: [MappedModule],
    isApplication: (_ module: String, _ file: String?) -> Bool
  ) -> [Backtrace] {
    var places: [UInt64: Place] = [:]
    var segments: [String: ElfSegments?] = [:]
    for thread in threads {
      for (index, frame) in thread.frames.enumerated() {
        // A return address is behind the call: what is looked for is the call.
        let address = index == 0 && thread.hasProgramCounter ? frame : frame &- 1
        guard let module = modules.first(where: { $0.addresses.contains(address) }) else {
          continue
        }
        if segments[module.path] == nil { segments[module.path] = ElfSegments(path: module.path) }
        let offset = address - module.addresses.lowerBound + module.offset
        places[frame] = Place(
          module: module.path,
          address: segments[module.path]??.address(ofOffset: offset)
        )
      }
    }
    let found = lookUp(Set(places.values.filter { $0.module != server }))
    return threads.map { thread in
      Backtrace(
        thread: thread.thread,
        threadName: thread.threadName,
        cause: thread.shortCause,
        frames: thread.frames.enumerated()
          .flatMap { position, frame -> [Backtrace.Frame] in
            let isGuess = position > 0 && position <= thread.guesses
            guard let place = places[frame] else {
              return [Backtrace.Frame(address: frame, isGuess: isGuess)]
            }
            let symbols = found[place] ?? []
            guard !symbols.isEmpty else {
              var plain = Backtrace.Frame(address: frame, module: place.module)
              plain.isApplication = isApplication(place.module, nil)
              plain.isGuess = isGuess
              return [plain]
            }
            return symbols.enumerated()
              .map { index, symbol in
                Backtrace.Frame(
                  address: frame,
                  module: place.module,
                  function: symbol.name,
                  file: symbol.file,
                  line: symbol.line,
                  column: symbol.column,
                  isApplication: isApplication(place.module, symbol.file),
                  isGuess: isGuess,
                  isInlined: index < symbols.count - 1
                )
              }
          }
      )
    }
  }

  // MARK: Tools

  private struct Place: Hashable {
    var module: String
    /// As the file's debug information counts.
    var address: UInt64?
  }

  private struct Symbol {
    var name: String
    var file: String?
    var line: Int?
    var column: Int?
  }

  /// What `llvm-symbolizer --output-style=JSON` says of one address.
  private struct Answer: Decodable {
    struct Symbol: Decodable {
      var function: String
      var file: String
      var line: Int
      var column: Int

      enum CodingKeys: String, CodingKey {
        case function = "FunctionName"
        case file = "FileName"
        case line = "Line"
        case column = "Column"
      }
    }

    var symbols: [Symbol]?

    enum CodingKeys: String, CodingKey {
      case symbols = "Symbol"
    }
  }

  private func lookUp(_ places: Set<Place>) -> [Place: [Symbol]] {
    let places = places.filter { $0.address != nil && !$0.module.contains("\"") }
    guard let tool = tools["llvm-symbolizer"], !places.isEmpty else { return [:] }
    let questions = places.map { place in
      "CODE \"\(place.module)\" 0x\(String(place.address ?? 0, radix: 16))"
    }
    let output = run(
      tool,
      ["--output-style=JSON", "--functions=linkage", "--inlines"] + questions
    )
    guard let answers = try? JSONDecoder().decode([Answer].self, from: Data(output.utf8)),
      answers.count == places.count
    else { return [:] }
    let names = Set(answers.flatMap { $0.symbols ?? [] }.map(\.function))
    let demangled = demangle(names.filter { $0.hasPrefix("$s") || $0.hasPrefix("$S") })
    var found: [Place: [Symbol]] = [:]
    for (place, answer) in zip(places, answers) {
      found[place] = (answer.symbols ?? [])
        .compactMap { symbol in
          guard !symbol.function.isEmpty else { return nil }
          let isKnown = !symbol.file.isEmpty && symbol.file != "<compiler-generated>"
          return Symbol(
            name: demangled[symbol.function] ?? symbol.function,
            file: isKnown ? symbol.file : nil,
            line: isKnown && symbol.line > 0 ? symbol.line : nil,
            column: isKnown && symbol.column > 0 ? symbol.column : nil
          )
        }
    }
    return found
  }

  private func demangle(_ names: Set<String>) -> [String: String] {
    guard let tool = tools["swift-demangle"], !names.isEmpty else { return [:] }
    let names = Array(names)
    let lines = run(tool, ["--simplified", "--compact"] + names)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= names.count else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: zip(names, lines.map { Self.withoutSuspension(String($0)) })
    )
  }

  /// Asynchronous functions are cut into parts, which the user did not write.
  private static func withoutSuspension(_ name: String) -> String {
    for part in [" suspend resume partial function for ", " await resume partial function for "] {
      if name.hasPrefix("("), let range = name.firstRange(of: part) {
        return String(name[range.upperBound...])
      }
    }
    return name
  }

  /// What a tool printed; nothing if it failed, or took too long.
  private func run(_ tool: String, _ arguments: [String]) -> String {
    let outcome = ChildProcess.run(
      [tool] + arguments,
      keepsOutput: true,
      outputLimit: 4 * 1024 * 1024,
      within: patience
    )
    guard case .success(let outcome) = outcome, outcome.status == 0 else { return "" }
    return outcome.output
  }
}

extension CrashRecord {
  /// Whether the first frame is where the thread was, and not where it was to return to.
  fileprivate var hasProgramCounter: Bool {
    if case .exit = kind { false } else { true }
  }
}
