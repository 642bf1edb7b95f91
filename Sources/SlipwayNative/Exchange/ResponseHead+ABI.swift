import CSlipwayABI
import SlipwayCore

extension ResponseHead {
  /// A copy of what an application passed, if it can be meant.
  init(checking response: UnsafePointer<slipway_response>?) throws(Mistake) {
    guard let response = unsafe response else { throw .noResponse }
    // The size is read alone: memory behind it may not exist.
    let size = unsafe UnsafeRawPointer(response).load(as: Int.self)
    guard unsafe size >= MemoryLayout<slipway_response>.size else { throw .responseTooSmall(size) }
    let status = unsafe response.pointee.status
    guard (200...599).contains(status) || status == 101 else { throw .status(status) }
    unsafe try self.init(
      status: Int(status),
      fields: FieldSection(checking: response.pointee.fields, count: response.pointee.field_count)
    )
  }
}
