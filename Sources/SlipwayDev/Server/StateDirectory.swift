import Glibc
import SlipwaySystem
import SystemPackage

/// `.slipway` in the served directory: what belongs to the running server and can be thrown away.
struct StateDirectory: Sendable {
  let path: String

  var lockFile: String { path + "/lock" }

  /// The gateway's Python source, compiled.
  var gatewayCode: String { path + "/gateway.code" }

  /// Creates the directory where it is missing, readable by its owner only and invisible to git.
  init(in served: String) throws(SystemError) {
    path = served + "/.slipway"
    if mkdir(path, 0o700) == -1, Errno.last != .fileExists {
      throw .creatingDirectory(path, failedWith: .last)
    }
    let ignored = path + "/.gitignore"
    if access(ignored, F_OK) == -1 { try AtomicFile.write("*\n".utf8, to: ignored) }
  }
}

extension StateDirectory {
  /// Where something is kept about one unit: a file named after what is kept and the unit.
  func file(_ what: String, for unit: MountPlan.Unit) -> String {
    "\(path)/\(what)-\("\(unit.package)#\(unit.product ?? "")".fnv).json"
  }
}

extension String {
  /// FNV-1a (Fowler, Noll, Vo), which is the same in every process, in hexadecimal.
  var fnv: String {
    let hash = utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}
