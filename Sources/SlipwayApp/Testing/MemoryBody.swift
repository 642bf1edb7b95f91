import HTTPTypes
import Synchronization

/// A request body that has no client: chunks in memory, each given out once.
final class MemoryBody: Sendable {
  private let rest: Mutex<ArraySlice<[UInt8]>?>
  private let trailerFields: HTTPFields

  init(chunks: [[UInt8]], trailers: HTTPFields) {
    // No chunk is ever empty.
    rest = Mutex(chunks.filter { !$0.isEmpty }[...])
    trailerFields = trailers
  }

  /// nil until the end has been read.
  var trailers: HTTPFields? {
    rest.withLock { $0 == nil ? trailerFields : nil }
  }

  func next() -> [UInt8]? {
    rest.withLock { rest in
      if let chunk = rest?.popFirst() { return chunk }
      rest = nil
      return nil
    }
  }
}
