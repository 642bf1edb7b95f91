package import CSlipwayShims
package import SystemPackage

/// The memory that a crash leaves to the next image: how threads ended, which connections there
/// were, what was last printed. See crash_area.h.
///
/// Unchecked: what threads store into it, they store in places of their own or atomically; what
/// becomes of that is read in the next image, which has only one thread then.
@safe package final class CrashArea: @unchecked Sendable {
  /// Close-on-exec, until the guard fires.
  package let descriptor: FileDescriptor
  package let area: UnsafeMutablePointer<slipway_crash_area>

  /// Makes an empty one. It stays for the rest of the image's life.
  package init(generation: Int) throws(SystemError) {
    var made: UnsafeMutablePointer<slipway_crash_area>?
    let number = unsafe slipway_area_make(&made)
    guard number >= 0, let made = unsafe made else {
      throw .call("Making room for what a crash leaves behind", failedWith: .last)
    }
    descriptor = FileDescriptor(rawValue: number)
    unsafe area = made
    unsafe area.pointee.generation = Int32(clamping: generation)
  }

  /// The one that an earlier image has left behind; nil if it is none. Takes over the descriptor.
  package init?(inheriting descriptor: FileDescriptor) {
    guard let area = unsafe slipway_area_open(descriptor.rawValue) else {
      try? descriptor.close()
      return nil
    }
    descriptor.setClosedOnExec(true)
    self.descriptor = descriptor
    unsafe self.area = area
  }

  /// Gives the memory back. Nothing may be asked of it any more.
  package func close() {
    unsafe slipway_area_close(area)
    try? descriptor.close()
  }

  package var generation: Int { unsafe Int(area.pointee.generation) }

  // MARK: What was printed

  /// Remembers what was printed on standard error. One thread at a time.
  package func note(printed bytes: some Collection<UInt8>) {
    let limit = UInt64(SLIPWAY_CRASH_WORDS)
    let words = unsafe slipway_area_words(area)
    for byte in bytes.suffix(SLIPWAY_CRASH_WORDS) {
      unsafe words[Int(area.pointee.word_count % limit)] = CChar(bitPattern: byte)
      unsafe area.pointee.word_count += 1
    }
  }

  /// The end of what was printed.
  package var printed: [UInt8] {
    let limit = UInt64(SLIPWAY_CRASH_WORDS)
    let words = unsafe slipway_area_words(area)
    let total = unsafe area.pointee.word_count
    return (total - min(total, limit)..<total)
      .map { unsafe UInt8(bitPattern: words[Int($0 % limit)]) }
  }

  // MARK: Loading, children

  /// Marks a unit as being loaded, or not any more. Any thread.
  package func setLoading(_ unit: Int, _ isLoading: Bool) {
    unsafe slipway_area_set_loading(area, CInt(clamping: unit), isLoading ? 1 : 0)
  }

  /// Whether the unit's library was being loaded.
  package func isLoading(_ unit: Int) -> Bool {
    unsafe area.pointee.loading & (1 << UInt64(min(unit, 63))) != 0
  }

  /// Remembers the leader of a session that a child leads, to be ended if the image dies before it.
  /// Any thread.
  package func note(session leader: Int32) { unsafe slipway_area_set_session(area, 0, leader) }

  /// The session is no more. Any thread.
  package func forget(session leader: Int32) { unsafe slipway_area_set_session(area, leader, 0) }

  package var sessions: [Int32] {
    unsafe withUnsafeBytes(of: &area.pointee.sessions) { bytes in
      unsafe bytes.bindMemory(to: Int32.self).filter { $0 > 0 }
    }
  }

  // MARK: Threads

  /// How threads ended, the first one first.
  package var crashes: [CrashRecord] {
    (0..<SLIPWAY_CRASH_LIMIT)
      .compactMap { unsafe CrashRecord(slipway_area_crash(area, CInt($0))) }
  }

  /// The executable files that were mapped.
  package var modules: [MappedModule] {
    let count = unsafe min(Int(area.pointee.module_count), SLIPWAY_CRASH_MODULES)
    let text = unsafe UnsafeRawBufferPointer(start: slipway_area_modules(area), count: count)
    return unsafe MappedModule.parse(String(decoding: text, as: UTF8.self))
  }
}
