import SlipwaySystem

/// Where a thread was, with names as far as they could be found out.
package struct Backtrace: Sendable, Equatable, Codable {
  package struct Frame: Sendable, Equatable, Codable {
    package var address: UInt64

    /// The file that the code is in, nil if none was mapped there.
    package var module: String?
    package var function: String?

    /// Absolute, as the compiler had it.
    package var file: String?
    package var line: Int?
    package var column: Int?

    /// The source around the line, as it was when the backtrace was made.
    package var excerpt: String?

    /// It is the application's own code.
    package var isApplication = false

    /// It was found on the stack, and may be of a call that had long returned.
    package var isGuess = false

    /// It has no frame of its own: it was compiled into the next one.
    package var isInlined = false

    package init(
      address: UInt64,
      module: String? = nil,
      function: String? = nil,
      file: String? = nil,
      line: Int? = nil,
      column: Int? = nil,
      isApplication: Bool = false,
      isGuess: Bool = false,
      isInlined: Bool = false
    ) {
      self.address = address
      self.module = module
      self.function = function
      self.file = file
      self.line = line
      self.column = column
      self.isApplication = isApplication
      self.isGuess = isGuess
      self.isInlined = isInlined
    }
  }

  package var thread: Int32
  package var threadName: String

  /// `SIGSEGV`, `exit(3)`, `running`.
  package var cause: String

  /// The innermost one first.
  package var frames: [Frame]

  package init(thread: Int32, threadName: String, cause: String, frames: [Frame]) {
    self.thread = thread
    self.threadName = threadName
    self.cause = cause
    self.frames = frames
  }

  /// The frame to look at first.
  package var culprit: Frame? {
    frames.first { $0.isApplication && ($0.line ?? 0) > 0 && $0.file != nil }
  }

  /// What a reader calls the thread.
  package var threadText: String {
    "\(thread)" + (threadName.isEmpty ? "" : " “\(threadName)”")
  }

  /// Lines for people: the application's frames first, then all of them.
  package var text: String {
    let own = frames.enumerated().filter(\.element.isApplication)
    guard !own.isEmpty, own.count < frames.count else { return textOfAll }
    return
      (["Of the application:"] + own.map { Self.line($0.offset, $0.element) }
      + ["", "All:", textOfAll])
      .joined(separator: "\n")
  }

  package var textOfAll: String {
    frames.enumerated().map { Self.line($0.offset, $0.element) }.joined(separator: "\n")
  }

  private static func line(_ index: Int, _ frame: Frame) -> String {
    var text = "#\(index)".padding(to: 5)
    if frame.isGuess { text += "~ " }
    text += frame.function ?? "0x" + String(frame.address, radix: 16)
    if let file = frame.file, let line = frame.line, line > 0 {
      text += " at \(file):\(line)"
      if let column = frame.column, column > 0 { text += ":\(column)" }
    } else if let module = frame.module {
      text += " in \(module.split(separator: "/").last.map(String.init) ?? module)"
    }
    return text
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self + " "
  }
}
