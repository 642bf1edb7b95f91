import CSlipwayShims
import Glibc
package import SystemPackage

/// Descriptors 1 and 2, led into pipes so that what the application prints can be told from what the
/// server says, with where they went before kept aside.
///
/// Everything survives execve(2), what stands in the pipes included. A stream's bytes go from the
/// pipe into its journal, an anonymous file, and are removed from there once they have been shown: at
/// whatever moment the process ends, they are in one of the two, and the guard process shows them.
package struct OutputStreams: Sendable, Equatable {
  /// The environment variable that tells the next generation the descriptors' numbers. Not in the
  /// handoff record: another version of Slipway may be unable to read that, and must find the
  /// terminal all the same.
  package static let variable = "SLIPWAY_OUTPUT"

  /// Numbers from here up, so that the sockets that a service manager passes keep theirs.
  private static let firstNumber: CInt = 10

  package struct Stream: Sendable, Equatable {
    /// Where the user sent it.
    package var terminal: FileDescriptor
    /// The read end of the pipe in its place.
    package var pipe: FileDescriptor
    /// What was taken from the pipe and is not shown yet.
    package var journal: FileDescriptor
  }

  package var output: Stream
  package var error: Stream

  /// To be kept over execve.
  package var descriptors: [FileDescriptor] {
    [output, error].flatMap { [$0.terminal, $0.pipe, $0.journal] }
  }

  /// The value of `variable`.
  package var numbers: String {
    descriptors.map { String($0.rawValue) }.joined(separator: ":")
  }

  private init(output: Stream, error: Stream) {
    self.output = output
    self.error = error
  }

  /// What a previous generation left, by the value of `variable`; nil if it is none.
  package init?(inheriting numbers: String) {
    let descriptors = numbers.split(separator: ":").compactMap { CInt($0) }
      .map { FileDescriptor(rawValue: $0) }
    guard descriptors.count == 6,
      descriptors.allSatisfy({ $0.rawValue > 2 && fcntl($0.rawValue, F_GETFD) >= 0 })
    else { return nil }
    for descriptor in descriptors { descriptor.setClosedOnExec(true) }
    output = Stream(terminal: descriptors[0], pipe: descriptors[1], journal: descriptors[2])
    error = Stream(terminal: descriptors[3], pipe: descriptors[4], journal: descriptors[5])
  }

  /// Puts pipes in the place of descriptors 1 and 2, which must be open. With an error, everything is
  /// as it was.
  package static func capture() throws(SystemError) -> OutputStreams {
    var opened: [FileDescriptor] = []
    do throws(Errno) {
      var streams: [Stream] = []
      var writeEnds: [FileDescriptor] = []
      for number in [STDOUT_FILENO, STDERR_FILENO] {
        var ends: [CInt] = [-1, -1]
        _ = try Errno.check { unsafe slipway_output_pipe(&ends) }
        let terminal = try move(number, closing: false, &opened)
        let pipe = try move(ends[0], closing: true, &opened)
        writeEnds.append(try move(ends[1], closing: true, &opened))
        let file = try Errno.check { unsafe slipway_memory_file("slipway-output") }
        let journal = try move(file, closing: true, &opened)
        streams.append(Stream(terminal: terminal, pipe: pipe, journal: journal))
      }
      for (end, number) in zip(writeEnds, [STDOUT_FILENO, STDERR_FILENO]) {
        _ = dup2(end.rawValue, number)
        try? end.close()
      }
      return OutputStreams(output: streams[0], error: streams[1])
    } catch {
      for descriptor in opened { try? descriptor.close() }
      throw .call("Leading the application's output through the server", failedWith: error)
    }
  }

  /// Gives a descriptor a high number.
  private static func move(
    _ number: CInt,
    closing: Bool,
    _ opened: inout [FileDescriptor]
  ) throws(Errno) -> FileDescriptor {
    defer { if closing { close(number) } }
    let moved = try Errno.check { fcntl(number, F_DUPFD_CLOEXEC, firstNumber) }
    opened.append(FileDescriptor(rawValue: moved))
    return FileDescriptor(rawValue: moved)
  }

  /// Lets descriptors 1 and 2 go where they went before. What is in pipes and journals has to be
  /// shown by then.
  package func restore() {
    slipway_output_flush(200)
    _ = dup2(output.terminal.rawValue, STDOUT_FILENO)
    _ = dup2(error.terminal.rawValue, STDERR_FILENO)
  }

  /// Whether both went to the same terminal, pipe or file.
  package var haveOneDestination: Bool {
    var one = stat()
    var other = stat()
    guard unsafe fstat(output.terminal.rawValue, &one) == 0,
      unsafe fstat(error.terminal.rawValue, &other) == 0
    else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// Starts the process that shows what is left when this one has died. To be called while there is
  /// one thread.
  ///
  /// - Parameters:
  ///   - source: Whose output it is.
  ///   - isJSON: Whether lines are shown as JSON events.
  ///   - passesOutput: Whether the lines of standard output are shown as they are.
  package func startGuard(
    source: String,
    isJSON: Bool,
    passesOutput: Bool
  ) throws(SystemError) {
    let streams = [(output, passesOutput), (error, false)]
      .map { stream, isRaw in
        slipway_output_stream(
          // JSON events are one stream.
          terminal: (isJSON ? error : stream).terminal.rawValue,
          pipe: stream.pipe.rawValue,
          journal: stream.journal.rawValue,
          is_raw: isRaw ? 1 : 0
        )
      }
    let code = unsafe streams.withUnsafeBufferPointer {
      unsafe slipway_output_guard($0.baseAddress.unsafelyUnwrapped, source, isJSON ? 1 : 0)
    }
    guard code == 0 else {
      throw .call(
        "Starting the guard of the application's output",
        failedWith: Errno(rawValue: code)
      )
    }
  }

  /// Has C's stdout written at each line's end. Before anything is printed.
  package static func writeByLines() { slipway_output_by_lines() }

  /// Writes out what C's stdout holds, before the image is replaced.
  package static func flush() { slipway_output_flush(200) }
}

extension OutputStreams.Stream {
  /// How many bytes are taken from the pipe at a time.
  package static let portion = 64 * 1024

  /// Moves what stands in the pipe, a portion at most, into the journal. Returns whether anything
  /// was there.
  package func collect() -> Bool {
    slipway_output_move(pipe.rawValue, journal.rawValue, Self.portion) > 0
  }

  /// What is in the journal.
  package func journaled() -> [UInt8] {
    var status = stat()
    guard unsafe fstat(journal.rawValue, &status) == 0, status.st_size > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(journal.rawValue, $0.baseAddress, $0.count, 0)
    }
    return Array(bytes.prefix(max(0, count)))
  }

  /// Leaves nothing but `rest` in the journal.
  package func keep(_ rest: some Collection<UInt8>) {
    let rest = Array(rest)
    _ = unsafe rest.withUnsafeBytes { unsafe pwrite(journal.rawValue, $0.baseAddress, $0.count, 0) }
    _ = ftruncate(journal.rawValue, off_t(rest.count))
  }
}
