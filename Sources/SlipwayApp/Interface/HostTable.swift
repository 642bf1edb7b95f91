import CSlipwayABI

/// The gateway's functions. The table lives as long as the process image.
@safe struct HostTable: @unchecked Sendable {
  // Sendable because the gateway never changes the table, and allows calls on any thread.
  /// The table itself: an accessor that lent it out would take memory for itself at each call.
  let functions: UnsafePointer<slipway_host>

  init(_ host: UnsafePointer<slipway_host>) {
    unsafe self.functions = host
  }

  var version: UInt32 { unsafe functions.pointee.version }

  var generation: Int { unsafe Int(functions.pointee.generation) }

  var directory: String { unsafe String(functions.pointee.directory) }

  func log(_ level: slipway_log_level, label: String, message: String) {
    unsafe withABIBytes(of: label) { label in
      unsafe withABIBytes(of: message) { message in
        unsafe functions.pointee.log(functions.pointee.context, level, label, message)
      }
    }
  }
}
