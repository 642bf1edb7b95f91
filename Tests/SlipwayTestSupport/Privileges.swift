import Glibc

/// What this machine lets the tests do.
package enum Privileges {
  /// Whether file systems can be mounted: not without root, and not in most containers.
  package static let canMount: Bool = {
    let isMounted = try? withScratchDirectory(named: "mount-probe") { directory in
      defer { umount2(directory.path, Int32(MNT_DETACH)) }
      return mount("none", directory.path, "tmpfs", 0, "size=64k") == 0
    }
    return isMounted ?? false
  }()
}
