import Glibc
import SlipwayWatch

/// What inotify allows this user, and how much of it is in use: inotify(7).
struct InotifyLimits {
  /// fs.inotify.max_user_instances.
  let instances: Int?

  /// fs.inotify.max_user_watches.
  let watches: Int

  /// By all processes of this user that may be looked into.
  let watchesInUse: Int

  /// Whether one more instance can be had now.
  let hasInstance: Bool

  static func read(proc: String = "/proc") -> InotifyLimits {
    let settings = "\(proc)/sys/fs/inotify"
    return InotifyLimits(
      instances: ProcessTable.number("\(settings)/max_user_instances"),
      watches: ProcessTable.number("\(settings)/max_user_watches") ?? 8192,
      watchesInUse: watchesInUse(proc: proc),
      hasInstance: InotifyInstance.isAvailable
    )
  }

  private static func watchesInUse(proc: String) -> Int {
    var count = 0
    for pid in ProcessTable.processes(in: proc) {
      for descriptor in ProcessTable.entries(of: "\(proc)/\(pid)/fd")
      where ProcessTable.link("\(proc)/\(pid)/fd/\(descriptor)") == "anon_inode:inotify" {
        let details = ProcessTable.text("\(proc)/\(pid)/fdinfo/\(descriptor)") ?? ""
        count += details.split(separator: "\n").count { $0.hasPrefix("inotify ") }
      }
    }
    return count
  }

  /// About how many directories would be watched: what is hidden, built or fetched is not. Links are
  /// not followed, and counting ends at a million.
  static func directories(below root: String) -> Int {
    var waiting = [root]
    var count = 0
    while let directory = waiting.popLast(), count < 1_000_000 {
      count += 1
      for name in ProcessTable.entries(of: directory)
      where !name.hasPrefix(".") && name != "node_modules" {
        let path = directory + "/" + name
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { waiting.append(path) }
      }
    }
    return count
  }
}
