/// Texts one behind the other in memory, each after its size: four bytes in the machine's order.
///
/// Not an array, which looks at each piece whether it has a copy and whether there is room.
@safe struct SizedTexts: ~Copyable {
  private var memory: UnsafeMutableRawBufferPointer
  private var count = 0
  /// Where the size of the last text is.
  private var last = 0

  /// - Parameter capacity: bytes, sizes included, that there is room for without asking for more.
  init(capacity: Int) {
    unsafe memory = .allocate(byteCount: capacity, alignment: 1)
  }

  deinit { unsafe memory.deallocate() }

  /// All of them, valid until something is appended.
  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  mutating func removeAll() { count = 0 }

  mutating func append(_ text: UnsafeRawBufferPointer) {
    begin(text.count)
    unsafe place(text)
    end()
  }

  mutating func append(_ text: Slice<UnsafeRawBufferPointer>) {
    unsafe append(UnsafeRawBufferPointer(rebasing: text))
  }

  mutating func append(_ text: StaticString) {
    unsafe append(UnsafeRawBufferPointer(text))
  }

  mutating func append(_ text: Span<UInt8>) {
    unsafe text.bytes.withUnsafeBytes { unsafe append($0) }
  }

  /// Appends one text: `prefix`, then each of the bytes as `change` has it.
  mutating func append(
    _ prefix: StaticString,
    _ text: UnsafeRawBufferPointer,
    _ change: (UInt8) -> UInt8
  ) {
    begin(prefix.utf8CodeUnitCount + text.count)
    unsafe place(UnsafeRawBufferPointer(prefix))
    for index in text.indices {
      unsafe memory[count] = change(text[index])
      count += 1
    }
    end()
  }

  /// Makes the last text longer.
  mutating func extend(by separator: StaticString, _ text: Slice<UnsafeRawBufferPointer>) {
    unsafe reserve(separator.utf8CodeUnitCount + text.count)
    unsafe place(UnsafeRawBufferPointer(separator))
    unsafe place(UnsafeRawBufferPointer(rebasing: text))
    end()
  }

  private mutating func begin(_ size: Int) {
    reserve(MemoryLayout<UInt32>.size + size)
    last = count
    count += MemoryLayout<UInt32>.size
  }

  private mutating func end() {
    let size = UInt32(count - last - MemoryLayout<UInt32>.size)
    unsafe memory.storeBytes(of: size, toByteOffset: last, as: UInt32.self)
  }

  /// There is room for it.
  private mutating func place(_ text: UnsafeRawBufferPointer) {
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: text)
    count += text.count
  }

  private mutating func reserve(_ size: Int) {
    guard unsafe count + size > memory.count else { return }
    let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(2 * memory.count, count + size),
      alignment: 1
    )
    unsafe larger.copyMemory(from: bytes)
    unsafe memory.deallocate()
    unsafe memory = larger
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes of a text that has been in the program from the beginning.
  init(_ text: StaticString) {
    unsafe self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}
