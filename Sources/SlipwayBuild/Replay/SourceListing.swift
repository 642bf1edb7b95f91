import FoundationEssentials

/// Which files lie in the directories of a target: one more or less, and SwiftPM has to plan anew.
enum SourceListing {
  /// Paths below the directories, sorted, without those that SwiftPM passes over and what editors
  /// leave beside a file while it is open.
  static func names(in directories: [String]) -> [String] {
    var found: [String] = []
    for directory in directories {
      var pending = [directory]
      while let current = pending.popLast() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: current)) ?? [] {
          guard !isPassedOver(name) else { continue }
          let path = "\(current)/\(name)"
          var isDirectory = false
          if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory {
            pending.append(path)
          }
          found.append(path)
        }
      }
    }
    return found.sorted()
  }

  /// Hidden files, backups, and the number that vim tries a directory with.
  static func isPassedOver(_ name: some StringProtocol) -> Bool {
    name.hasPrefix(".") || name.hasPrefix("#") || name.hasSuffix("~") || name == "4913"
  }
}
