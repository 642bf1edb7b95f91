import CSlipwayABI
import HTTPTypes

extension HTTPFields {
  /// A copy of `count` field lines. A line whose name is not a token (RFC 9110, section 5.6.2)
  /// cannot be represented and is left out.
  init(_ fields: UnsafePointer<slipway_field>?, count: Int) {
    self.init()
    guard let fields = unsafe fields else { return }
    reserveCapacity(count)
    for index in 0..<count {
      let field = unsafe fields[index]
      guard let name = unsafe HTTPField.Name(String(field.name)) else { continue }
      unsafe append(HTTPField(name: name, lenientValue: UnsafeBufferPointer(field.value)))
    }
  }

  /// Calls `body` with the field lines, which are valid until it returns.
  func withABIFields<Result>(
    _ body: (UnsafePointer<slipway_field>?, Int) -> Result
  ) -> Result {
    guard !isEmpty else { return body(nil, 0) }
    var room = 0
    for field in self {
      room += field.name.rawName.utf8.count
      room += unsafe field.withUnsafeBytesOfValue { $0.count }
    }
    return unsafe withUnsafeTemporaryAllocation(of: slipway_field.self, capacity: count) { lines in
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { text in
        var text = UnsafeMutableRawBufferPointer(text)
        for (index, field) in self.enumerated() {
          let name = unsafe text.place(field.name.rawName.utf8)
          let value = unsafe field.withUnsafeBytesOfValue { unsafe text.place($0) }
          unsafe lines.initializeElement(at: index, to: slipway_field(name: name, value: value))
        }
        return unsafe body(lines.baseAddress, count)
      }
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies `bytes` to the beginning of the buffer, and takes that part off it.
  fileprivate mutating func place(_ bytes: some Collection<UInt8>) -> slipway_bytes {
    let count = bytes.count
    unsafe copyBytes(from: bytes)
    defer { unsafe self = UnsafeMutableRawBufferPointer(rebasing: self[count...]) }
    return unsafe slipway_bytes(
      start: baseAddress?.assumingMemoryBound(to: UInt8.self),
      count: count
    )
  }
}
