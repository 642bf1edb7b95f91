import CSlipwayABI

/// An application's wish to have the outcome of a read. To be called once.
@safe struct ReadCallback: @unchecked Sendable {
  // Sendable because the interface calls back on any thread, and the context is the application's.
  let function: slipway_read_callback
  let context: UnsafeMutableRawPointer?

  func bytes(_ bytes: UnsafeRawBufferPointer) {
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe function(
      context,
      SLIPWAY_READ_BYTES,
      slipway_bytes(start: start, count: bytes.count),
      nil,
      0
    )
  }

  func end(trailers: UnsafePointer<slipway_field>?, count: Int) {
    unsafe function(context, SLIPWAY_READ_END, slipway_bytes(), trailers, count)
  }

  func fail() {
    unsafe function(context, SLIPWAY_READ_FAILED, slipway_bytes(), nil, 0)
  }
}

/// An application's wish to have the outcome of a write. To be called once.
@safe struct WriteCallback: @unchecked Sendable {
  // Sendable for the same reason.
  let function: slipway_write_callback
  let context: UnsafeMutableRawPointer?

  func callAsFunction(isDone: Bool) {
    unsafe function(context, isDone ? SLIPWAY_WRITE_DONE : SLIPWAY_WRITE_GONE)
  }
}

/// An application's wish to hear what becomes of the client. To be called once.
@safe struct GoneCallback: @unchecked Sendable {
  // Sendable for the same reason.
  let function: slipway_gone_callback
  let context: UnsafeMutableRawPointer?

  func gone() {
    unsafe function(context, SLIPWAY_GONE_NOW)
  }

  func ended() {
    unsafe function(context, SLIPWAY_GONE_NEVER)
  }
}
