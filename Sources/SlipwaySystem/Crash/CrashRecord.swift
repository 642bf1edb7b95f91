package import CSlipwayShims

/// How one thread ended, as its last signal handler wrote it down; or where it is, if it was asked.
package struct CrashRecord: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// See signal(7) and, for the code and the address, sigaction(2).
    case signal(Int32, code: Int32, address: UInt64)

    /// exit(3) was called.
    case exit(status: Int32)

    /// It runs.
    case sample
  }

  package var kind: Kind
  package var thread: Int32
  package var threadName: String

  /// The slot of the connection whose exchange it was dealing with, if that is known.
  package var slot: Int?

  /// The unit that it was loading.
  package var loading: Int?

  /// Nanoseconds of CLOCK_MONOTONIC, which all images share, and of CLOCK_REALTIME.
  package var monotonic: UInt64
  package var realtime: UInt64

  /// The program counter, if there was a signal, then return addresses.
  package var frames: [UInt64]

  /// How many frames behind the first were found by looking through the stack.
  package var guesses: Int

  package var stackPointer: UInt64
  package var framePointer: UInt64

  package init(
    kind: Kind,
    thread: Int32,
    threadName: String,
    slot: Int? = nil,
    loading: Int? = nil,
    monotonic: UInt64 = 0,
    realtime: UInt64 = 0,
    frames: [UInt64],
    stackPointer: UInt64 = 0,
    framePointer: UInt64 = 0,
    guesses: Int = 0
  ) {
    self.kind = kind
    self.thread = thread
    self.threadName = threadName
    self.slot = slot
    self.loading = loading
    self.monotonic = monotonic
    self.realtime = realtime
    self.frames = frames
    self.stackPointer = stackPointer
    self.framePointer = framePointer
    self.guesses = guesses
  }

  /// nil if nothing was written there.
  package init?(_ record: UnsafeMutablePointer<slipway_crash>) {
    switch unsafe record.pointee.kind {
    case SLIPWAY_CRASH_SIGNAL.rawValue:
      kind = unsafe .signal(
        record.pointee.signal,
        code: record.pointee.code,
        address: record.pointee.address
      )
    case SLIPWAY_CRASH_EXIT.rawValue: kind = unsafe .exit(status: record.pointee.status)
    case SLIPWAY_CRASH_SAMPLE.rawValue: kind = .sample
    default: return nil
    }
    thread = unsafe record.pointee.thread
    threadName = unsafe withUnsafeBytes(of: &record.pointee.thread_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    slot = unsafe record.pointee.slot < 0 ? nil : Int(record.pointee.slot)
    loading = unsafe record.pointee.loading < 0 ? nil : Int(record.pointee.loading)
    monotonic = unsafe record.pointee.monotonic
    realtime = unsafe record.pointee.realtime
    let frameCount = unsafe min(Int(record.pointee.frame_count), SLIPWAY_CRASH_FRAMES)
    frames = unsafe Array(
      UnsafeBufferPointer(start: slipway_crash_frames(record), count: frameCount)
    )
    guesses = unsafe Int(record.pointee.guess_count)
    stackPointer = unsafe record.pointee.stack_pointer
    framePointer = unsafe record.pointee.frame_pointer
  }
}
