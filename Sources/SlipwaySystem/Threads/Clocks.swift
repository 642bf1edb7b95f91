import Glibc

/// CLOCK_REALTIME_COARSE of clock_gettime(2), the clock by which the kernel stamps files.
package enum WallClock {
  /// Since the epoch.
  package static var nanoseconds: Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}

/// CLOCK_MONOTONIC of clock_gettime(2), which all generations share.
package enum MonotonicClock {
  package static var nanoseconds: UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}
