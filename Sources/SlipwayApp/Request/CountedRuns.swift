import CSlipwayABI

/// Runs of bytes behind each other in one piece of memory, each behind its count.
struct CountedRuns: Sendable {
  private let memory: [UInt8]

  /// A copy of `parts` and, behind them, of the name and the value of each field.
  init(_ parts: [8 of slipway_bytes], _ fields: UnsafeBufferPointer<slipway_field>) {
    var room = 0
    for index in unsafe parts.indices { unsafe room += parts[index].room }
    for index in fields.indices {
      unsafe room += fields[index].name.room + fields[index].value.room
    }
    memory = unsafe Array(unsafeUninitializedCapacity: room) { memory, count in
      var free = UnsafeMutableRawBufferPointer(memory)
      for index in unsafe parts.indices { unsafe free.append(parts[index]) }
      for index in fields.indices {
        unsafe free.append(fields[index].name)
        unsafe free.append(fields[index].value)
      }
      count = room
    }
  }

  /// Gives the runs out, from the first on.
  struct Reader {
    private let memory: [UInt8]
    private var position = 0

    init(_ runs: CountedRuns) {
      memory = runs.memory
    }

    mutating func skip() {
      _ = next()
    }

    /// The next run as text, with what is not UTF-8 repaired.
    mutating func string() -> String {
      String(decoding: bytes(), as: UTF8.self)
    }

    mutating func bytes() -> ArraySlice<UInt8> {
      memory[next()]
    }

    private mutating func next() -> Range<Int> {
      let count = unsafe memory.span.bytes.unsafeLoadUnaligned(
        fromByteOffset: position,
        as: UInt.self
      )
      let start = position + MemoryLayout<Int>.size
      position = start + Int(count)
      return start..<position
    }
  }
}

extension slipway_bytes {
  /// Of the run, and its count before it.
  fileprivate var room: Int { unsafe MemoryLayout<Int>.size + readable.count }

  fileprivate var readable: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Writes a run to the beginning of the buffer, and takes that part off it.
  fileprivate mutating func append(_ run: slipway_bytes) {
    let bytes = unsafe run.readable
    unsafe storeBytes(of: bytes.count, as: Int.self)
    unsafe self = UnsafeMutableRawBufferPointer(rebasing: self[MemoryLayout<Int>.size...])
    unsafe copyMemory(from: bytes)
    unsafe self = UnsafeMutableRawBufferPointer(rebasing: self[bytes.count...])
  }
}
