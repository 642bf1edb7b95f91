import CSlipwayABI
import HTTPTypes

extension HTTPFields {
  /// A copy of `count` field lines.
  init(_ fields: UnsafePointer<slipway_field>?, count: Int) {
    self.init()
    guard let fields = unsafe fields else { return }
    reserveCapacity(count)
    for index in 0..<count {
      let field = unsafe fields[index]
      unsafe append(name: String(field.name), value: UnsafeBufferPointer(field.value))
    }
  }

  /// Appends a field line as it was received. One whose name is not a token (RFC 9110, section 5.6.2)
  /// cannot be represented and is left out.
  mutating func append(name: String, value: some Collection<UInt8>) {
    guard let name = HTTPField.Name(name) else { return }
    append(HTTPField(name: name, lenientValue: value))
  }

  /// Calls `body` with the field lines, which are valid until it returns. Not generic, as while one
  /// develops with it the module is not optimised as a whole.
  func withABIFields(_ body: (UnsafePointer<slipway_field>?, Int) -> Void) {
    guard !isEmpty else { return body(nil, 0) }
    var room = 0
    for field in self {
      room += field.name.rawName.utf8.count
      room += unsafe field.withUnsafeBytesOfValue { $0.count }
    }
    unsafe withUnsafeTemporaryAllocation(of: slipway_field.self, capacity: count) { lines in
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { text in
        var text = UnsafeMutableRawBufferPointer(text)
        for (index, field) in self.enumerated() {
          var rawName = field.name.rawName
          let name = rawName.withUTF8 { unsafe text.place($0) }
          let value = unsafe field.withUnsafeBytesOfValue { unsafe text.place($0) }
          unsafe lines.initializeElement(at: index, to: slipway_field(name: name, value: value))
        }
        unsafe body(lines.baseAddress, count)
      }
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies `bytes` to the beginning of the buffer, and takes that part off it.
  fileprivate mutating func place(_ bytes: UnsafeBufferPointer<UInt8>) -> slipway_bytes {
    unsafe copyMemory(from: UnsafeRawBufferPointer(bytes))
    defer { unsafe self = UnsafeMutableRawBufferPointer(rebasing: self[bytes.count...]) }
    return unsafe slipway_bytes(
      start: baseAddress?.assumingMemoryBound(to: UInt8.self),
      count: bytes.count
    )
  }
}
