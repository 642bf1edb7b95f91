import Glibc

/// How many descriptors this process may have open at a time: getrlimit(2), RLIMIT_NOFILE.
package struct DescriptorLimit: Sendable, Equatable {
  /// What holds.
  package var soft: Int
  /// What `soft` may be raised to by anybody.
  package var hard: Int

  package init(soft: Int, hard: Int) {
    self.soft = soft
    self.hard = hard
  }

  /// Linux allows no more by default, and some programs go through all numbers that could be open.
  private static let most = 1 << 20

  package static var current: DescriptorLimit {
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return DescriptorLimit(soft: 0, hard: 0) }
    return DescriptorLimit(soft: Int(clamping: limit.rlim_cur), hard: Int(clamping: limit.rlim_max))
  }

  /// Raises the soft limit to the hard one. Children and later images of the process inherit it.
  ///
  /// The soft one is often 1,024, for the sake of programs that use select(2), which cannot wait for a
  /// descriptor with a higher number.
  package static func raise() {
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return }
    let wanted = min(limit.rlim_max, rlim_t(most))
    guard limit.rlim_cur < wanted else { return }
    limit.rlim_cur = wanted
    _ = unsafe setrlimit(resource, &limit)
  }

  private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
}
