/// The kernel's limits, for messages. See inotify(7), "/proc interfaces".
enum InotifyLimit: String {
  case watches = "max_user_watches"
  case instances = "max_user_instances"
  case queuedEvents = "max_queued_events"

  /// 0 if it cannot be read.
  var value: Int {
    guard let text = SmallFile.text(at: "/proc/sys/fs/inotify/\(rawValue)") else { return 0 }
    return Int(text.prefix { $0.isNumber }) ?? 0
  }
}
