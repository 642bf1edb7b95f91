import CSlipwayABI

extension UnsafeBufferPointer<UInt8> {
  /// The memory that `bytes` names.
  init(_ bytes: slipway_bytes) {
    unsafe self.init(start: bytes.start, count: bytes.start == nil ? 0 : bytes.count)
  }
}

extension String {
  /// A copy of `bytes`, with what is not UTF-8 repaired.
  init(_ bytes: slipway_bytes) {
    unsafe self.init(decoding: UnsafeBufferPointer(bytes), as: UTF8.self)
  }
}

/// Calls `body` with the UTF-8 of `string`, which is valid until `body` returns.
func withABIBytes(of string: String, _ body: (slipway_bytes) -> Void) {
  var string = string
  string.withUTF8 { utf8 in
    unsafe body(slipway_bytes(start: utf8.baseAddress, count: utf8.count))
  }
}

/// Calls `body` with the bytes of `array`, which are valid until `body` returns.
func withABIBytes(of array: [UInt8], _ body: (slipway_bytes) -> Void) {
  unsafe array.withUnsafeBufferPointer { bytes in
    unsafe body(slipway_bytes(start: bytes.baseAddress, count: bytes.count))
  }
}
