import SlipwayDebug

extension Checkup {
  /// Whether search paths are as they are meant.
  package func checkSearchPaths() -> [Finding] {
    let subject = "search paths"
    let errors = SearchPathCheck(configuration).run()
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
