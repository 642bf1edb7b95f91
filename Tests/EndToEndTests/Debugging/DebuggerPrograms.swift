import Glibc
import SlipwayDebug
import SlipwayTestSupport
import Testing

/// The real debuggers that the tests drive.
enum DebuggerPrograms {
  private static let tools = DebuggerTools(environment: environment)

  /// The toolchain's: it knows Swift.
  static let swiftLLDB = found(.lldb, where: { $0.knowsSwift })
  /// Any, Debian's for one.
  static let lldb = found(.lldb)
  static let lldbServer = found(.lldbServer)
  static let adapter = found(.lldbDAP, where: { $0.knowsSwift })
  static let gdb = found(.gdb)
  static let gdbserver = found(.gdbserver)

  static func command(_ tool: DebuggerTool, _ arguments: [String] = []) -> [String] {
    [tool.path] + arguments
  }

  private static func found(
    _ kind: DebuggerTool.Kind,
    where isWanted: (DebuggerTool) -> Bool = { _ in true }
  ) -> DebuggerTool? {
    let tool = tools.all(kind).first(where: isWanted)
    if tool == nil {
      let line = String(repeating: "=", count: 76)
      let text =
        "\n\(line)\nSKIPPED: the tests that need \(kind.rawValue): none works here.\n\(line)\n"
      _ = write(STDERR_FILENO, text, text.utf8.count)
    }
    return tool
  }

  private static var environment: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let variable = next.pointee {
      let text = String(cString: variable)
      let name = text.prefix { $0 != "=" }
      variables[String(name)] = String(text.dropFirst(name.count + 1))
      next += 1
    }
    return variables
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs where a debugger that the test drives can be started.
  static func needs(_ tools: DebuggerTool?...) -> Self {
    .enabled(if: tools.allSatisfy { $0 != nil }, "a debugger is missing on this machine")
  }
}

extension ServedProject {
  /// Where debuggers connect.
  var debugAddress: String {
    get throws {
      let event = try server.event("debug-listening")
      return try #require(event["address"]?.text)
    }
  }

  var debugPort: UInt16 {
    get throws { try #require(UInt16(try debugAddress.split(separator: ":").last ?? "")) }
  }

  /// Waits until the kernel has let the server go of a debugger server that has died.
  func waitUntilNotTraced() throws {
    for _ in 0..<ServerProcess.patience * 20 {
      if try read("/proc/\(server.pid)/status").contains("TracerPid:\t0\n") { return }
      usleep(50_000)
    }
    throw ServerProcess.Failure(description: "the server is traced still")
  }

  /// The line of a source that holds `text`, counted from 1.
  func line(of text: String, in name: String) throws -> Int {
    let lines = try read("\(project.path)/\(name)")
      .split(
        separator: "\n",
        omittingEmptySubsequences: false
      )
    return try #require(lines.firstIndex { $0.contains(text) }) + 1
  }

  /// Where a function of a library is in the server.
  func address(ofFunction name: String, in library: String) throws -> UInt {
    let maps = try read("/proc/\(server.pid)/maps").split(separator: "\n")
    let mapped = try #require(maps.first { $0.contains(library) }).split(separator: " ")
    let base = try #require(mapped[0].split(separator: "-").first.flatMap { UInt($0, radix: 16) })
    let symbols = try CommandRun(["/usr/bin/env", "nm", String(try #require(mapped.last))]).text
    let symbol = symbols.split(separator: "\n").map { $0.split(separator: " ") }
      .first { $0.count == 3 && $0[2] == name }
    return base + (try #require(symbol.flatMap { UInt($0[0], radix: 16) }, "no \(name)"))
  }

  /// A request that the test does not wait for yet.
  func getBeside(_ target: String = "/") -> Concurrent<String> {
    let port = port
    return Concurrent {
      let client = try RawClient(port: port)
      try client.send("GET \(target) HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\r\n")
      return try client.response().text
    }
  }
}
