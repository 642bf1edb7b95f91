import CSlipwayABI

extension Application {
  /// Hands the application to the gateway. To be called from the library's entry point, and from
  /// nowhere else: see ``Application``.
  ///
  /// - Parameter host: What the gateway passed to the entry point.
  /// - Returns: What the entry point returns to the gateway: nil if the application cannot run.
  public static func export(to host: UnsafeRawPointer) -> UnsafeRawPointer? {
    let table = unsafe HostTable(host.assumingMemoryBound(to: slipway_host.self))
    guard table.version == SLIPWAY_ABI_VERSION else {
      // The gateway reads the version first and goes no further.
      return unsafe ApplicationTable.refusing()
    }
    do {
      let application = try Self(host: Host(table))
      return unsafe ApplicationTable.make(for: application, host: table)
    } catch {
      table.log(SLIPWAY_LOG_CRITICAL, label: "", message: String(reflecting: error))
      return nil
    }
  }
}
