import FoundationEssentials
import Glibc
package import SlipwayDebug

/// A server that runs, as `.slipway/server.json` tells of it.
package struct RunningServer: Sendable, Equatable {
  package let pid: Int32

  /// The path of the program that the process runs.
  package let executable: String

  /// Where it waits for debuggers.
  package let debugAddress: DebugAddress

  /// Where the server keeps its state: the `.slipway` of the served directory.
  package let state: String

  private struct File: Decodable {
    var pid: Int32
    var sockets: [String: String]?
  }

  /// Finds the server of a directory, an absolute path. Blocks.
  package init(serving directory: String) throws(AttachError) {
    state = directory + "/.slipway"
    let path = state + "/server.json"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .notRunning(directory)
    }
    guard let file = try? JSONDecoder().decode(File.self, from: data), file.pid > 0 else {
      throw .unreadable(path)
    }
    guard let executable = Self.executable(of: file.pid) else {
      throw .stale(path, pid: file.pid)
    }
    guard let text = file.sockets?["debug"] else { throw .socketOff(directory) }
    guard let address = DebugAddress(text) else { throw .unreadable(path) }
    pid = file.pid
    self.executable = executable
    debugAddress = address
  }

  /// The program of a process, if it is one of ours: numbers of processes are used again.
  private static func executable(of pid: Int32) -> String? {
    guard let path = ProcessTable.link("/proc/\(pid)/exe"),
      let own = ProcessTable.link("/proc/self/exe")
    else { return nil }
    // Built anew while it runs: the path leads to the new one, which has much the same symbols.
    let present = path.removing(suffix: " (deleted)")
    guard present.lastComponent == own.removing(suffix: " (deleted)").lastComponent else {
      return nil
    }
    return present
  }
}

extension String {
  fileprivate func removing(suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }

  fileprivate var lastComponent: Substring {
    split(separator: "/").last ?? ""
  }
}
