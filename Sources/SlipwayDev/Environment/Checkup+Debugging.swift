import SlipwayDebug

extension Checkup {
  /// Whether the toolchain's debuggers start, which the debug socket needs.
  func checkDebuggers() -> [Finding] {
    let servesSwift = configuration.mounts.contains {
      if case .swift = $0.target { true } else { false }
    }
    guard servesSwift else { return [] }
    let subject = "debuggers"
    let tools = DebuggerTools(
      environment: environment,
      settings: configuration.debuggerEnvironment
    )
    let kinds: [DebuggerTool.Kind] = [.lldb, .lldbDAP, .lldbServer]
    let obstacles = kinds.compactMap { tools.obstacle(to: $0) }
    guard obstacles.isEmpty else {
      return obstacles.map { error in
        Finding(verdict: .warn, subject: subject, message: error.message, remedy: error.remedy)
      }
    }
    let path = (try? tools.find(.lldb))?.path ?? ""
    return [.ok(subject, "\(path) starts, and so do lldb-dap and lldb-server")]
  }

  /// Whether search paths are as they are meant.
  package func checkSearchPaths() -> [Finding] {
    let subject = "search paths"
    let errors = SearchPathCheck(configuration, environment: environment).run()
    guard errors.isEmpty else {
      return errors.map { error in
        Finding(verdict: .warn, subject: subject, message: error.message, remedy: error.remedy)
      }
    }
    let entries = configuration.searchPaths.entries
    guard !entries.isEmpty else { return [] }
    let details = entries.map { entry in
      "\(entry.kind.rawValue): \(entry.compiledAt.map { "\($0)=" } ?? "")\(entry.path)"
    }
    return [
      .ok(subject, "\(entries.count.counted("directory", "directories")) found", details: details)
    ]
  }
}
