import CSlipwayShims

/// Memory that is no longer used.
package enum FreedMemory {
  /// Has this process keep it for the next request, within reason.
  package static func keep() { slipway_keep_freed_memory() }
}
