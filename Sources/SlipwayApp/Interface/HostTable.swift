import CSlipwayABI

/// The gateway's functions. The table lives as long as the process image.
@safe struct HostTable: @unchecked Sendable {
  // Sendable because the gateway never changes the table, and allows calls on any thread.
  private let host: UnsafePointer<slipway_host>

  init(_ host: UnsafePointer<slipway_host>) {
    unsafe self.host = host
  }

  /// The functions themselves.
  var functions: slipway_host {
    _read { yield unsafe host.pointee }
  }

  var version: UInt32 { unsafe host.pointee.version }

  var generation: Int { unsafe Int(host.pointee.generation) }

  var directory: String { unsafe String(host.pointee.directory) }

  func log(_ level: slipway_log_level, label: String, message: String) {
    unsafe withABIBytes(of: label) { label in
      unsafe withABIBytes(of: message) { message in
        unsafe host.pointee.log(host.pointee.context, level, label, message)
      }
    }
  }
}
