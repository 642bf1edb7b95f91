import CInotifyTools
import CSlipwayShims
import Glibc
import Synchronization
import SystemPackage

/// The one owner of libinotifytools, which keeps its state (one inotify instance, one table of
/// watches, one error) once per process. Making a second one is refused.
///
/// Not `Sendable`: used by one thread at a time. What the library (3.22) does that shapes this:
/// - `inotifytools_next_event(0)` waits for ever; only `inotifytools_next_events(0, 1)` does not wait.
/// - It reads up to 64 KiB into a buffer of its own, so it has to be asked until it has nothing
///   more: what it holds is visible to nobody else.
/// - It never drops a watch from its table that the kernel has dropped (IN_IGNORED), and finds by
///   name the first watch that ever bore it. So each watch gets a name of its own here, one slash
///   longer than the one before, and the table is given up as a whole when it has grown stale.
/// - Asked to remove a watch that the kernel has dropped it prints to standard error. So the kernel
///   is asked directly.
/// - It waits with select(2), which cannot handle descriptors from 1024 on.
final class InotifyTools {
  private static let isOwned = Atomic(false)

  /// The library's descriptor of its inotify instance. The library closes it.
  let descriptor: FileDescriptor

  /// How many watches each directory was ever given; as many names of it are in the library's table.
  private var names: [String: Int] = [:]

  /// Watches in the library's table that no longer exist.
  private var staleCount = 0

  init() throws(WatchError) {
    guard !Self.isOwned.exchange(true, ordering: .acquiringAndReleasing) else {
      throw .alreadyWatching
    }
    do throws(WatchError) {
      descriptor = try Self.initialise()
    } catch {
      Self.isOwned.store(false, ordering: .releasing)
      throw error
    }
  }

  deinit {
    inotifytools_cleanup()
    Self.isOwned.store(false, ordering: .releasing)
  }

  /// Watches a directory and returns the watch's descriptor: the one it already has if the kernel
  /// watches the same directory, perhaps under another path.
  func watch(_ directory: String) throws(Errno) -> Int32 {
    let count = names[directory, default: 0] + 1
    let name = directory + String(repeating: "/", count: count)
    guard unsafe inotifytools_watch_file(name, InotifyEvent.mask) == 1 else {
      throw Errno(rawValue: inotifytools_error())
    }
    names[directory] = count
    return unsafe inotifytools_wd_from_filename(name)
  }

  /// Ends a watch. It does not matter whether the kernel has ended it before.
  func unwatch(_ watch: Int32) {
    _ = inotify_rm_watch(descriptor.rawValue, watch)
    staleCount += 1
  }

  /// Notes that the kernel has ended a watch.
  func didEnd(_ watch: Int32) {
    staleCount += 1
  }

  /// Whether so much of the library's table is stale that it should be given up: make a new owner
  /// and watch everything again.
  var isStale: Bool { staleCount > 4096 }

  /// Whether the kernel holds events that have not been read.
  var hasUnread: Bool { slipway_unread_bytes(descriptor.rawValue) > 0 }

  /// The next event, nil if there is none, neither in the kernel nor in the library. Never waits.
  func next() throws(Errno) -> InotifyEvent? {
    while true {
      guard let event = unsafe inotifytools_next_events(0, 1) else {
        let error = Errno(rawValue: inotifytools_error())
        if error.rawValue == 0 { return nil }
        if error == .interrupted { continue }
        throw error
      }
      let header = unsafe event.pointee
      return InotifyEvent(
        watch: header.wd,
        bits: Int32(truncatingIfNeeded: header.mask),
        name: header.len > 0 ? unsafe Self.name(after: event) : nil
      )
    }
  }

  /// The name follows the fixed part of the event, ended by at least one NUL.
  private static func name(after event: UnsafeMutablePointer<inotify_event>) -> String? {
    let bytes = unsafe UnsafeRawPointer(event) + MemoryLayout<inotify_event>.size
    return unsafe String(validatingCString: bytes.assumingMemoryBound(to: CChar.self))
  }

  private static func initialise() throws(WatchError) -> FileDescriptor {
    // Another thread may open or close an instance of its own in the same moment; the next try
    // will tell ours apart.
    for _ in 1...10 {
      let before = Set(openInstances())
      guard inotifytools_initialize() == 1 else {
        let error = Errno(rawValue: inotifytools_error())
        switch error {
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: throw .tooManyInstances(error)
        default: throw .eventsUnavailable("\(error)", error)
        }
      }
      let new = openInstances().filter { !before.contains($0) }
      guard new.count == 1, let number = new.first else {
        inotifytools_cleanup()
        continue
      }
      guard number < FD_SETSIZE else {
        inotifytools_cleanup()
        throw .eventsUnavailable("\(number) descriptors are open, and libinotifytools bears 1023")
      }
      _ = fcntl(number, F_SETFD, FD_CLOEXEC)
      return FileDescriptor(rawValue: number)
    }
    throw .eventsUnavailable("the library's descriptor cannot be told apart in /proc/self/fd")
  }

  /// The descriptors of this process that are inotify instances, by /proc/self/fd (proc(5)).
  private static func openInstances() -> [Int32] {
    guard let directory = try? OpenDirectory("/proc/self/fd") else { return [] }
    var found: [Int32] = []
    while let entry = directory.next() {
      guard let number = Int32(entry.name) else { continue }
      if directory.target(of: entry.name, limit: 32) == "anon_inode:inotify" {
        found.append(number)
      }
    }
    return found
  }
}
