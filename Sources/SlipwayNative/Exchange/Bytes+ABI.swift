import CSlipwayABI
import NIOCore
import SlipwayCore

extension slipway_bytes {
  /// The memory, if it can be meant.
  func checked(_ what: String, limit: Int) throws(Mistake) -> UnsafeRawBufferPointer {
    guard unsafe count != 0 else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    guard unsafe (0...limit).contains(count) else { throw unsafe .length(what, count) }
    guard let start = unsafe start else { throw .null(what) }
    return unsafe UnsafeRawBufferPointer(start: start, count: count)
  }

  /// A copy as text, cut where it is too long, for a log line or an error page.
  var message: String {
    guard let start = unsafe start, unsafe count != 0 else { return "" }
    guard unsafe (0...Limits.body).contains(count) else {
      return "(a message whose length cannot be right)"
    }
    let kept = unsafe UnsafeBufferPointer(start: start, count: min(count, Limits.message))
    return unsafe String(decoding: kept, as: UTF8.self)
  }
}

extension FieldSection {
  /// A copy of an application's field lines, byte for byte. What they say is checked where they are
  /// sent.
  init(
    checking fields: UnsafePointer<slipway_field>?,
    count: Int
  ) throws(Mistake) {
    self.init()
    guard count != 0 else { return }
    guard (0...Limits.fieldCount).contains(count) else { throw .tooManyFields(count) }
    guard let fields = unsafe fields else { throw .noFields }
    var room = 0
    for index in 0..<count {
      let field = unsafe fields[index]
      room += unsafe try field.name.checked("a field name", limit: Limits.field).count
      room += unsafe try field.value.checked("a field value", limit: Limits.field).count
    }
    reserve(lines: count, bytes: room)
    for index in 0..<count {
      let field = unsafe fields[index]
      let nameBytes = unsafe try field.name.checked("a field name", limit: Limits.field)
      let valueBytes = unsafe try field.value.checked("a field value", limit: Limits.field)
      unsafe append(nameBytes, valueBytes)
    }
  }
}
