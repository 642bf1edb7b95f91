import Glibc
import NIOCore
import SlipwayCore
import SlipwaySystem
import Synchronization
import SystemPackage

/// An exchange in the hands of a Python thread, which may wait where an event loop must not.
final class WSGIExchange: Sendable {
  /// Exchanges that Python code may name, by their numbers.
  private static let table = Mutex<[UInt64: WSGIExchange]>([:])

  /// Bytes of a body that the application may be ahead of the client; when it is, it waits until these are
  /// half as many.
  private static let lead = 256 * 1024

  let exchange: Exchange
  private let pool: ObjectIdentifier
  let began = ContinuousClock.now
  private let state = Mutex(State())

  /// Of an application's own threads two may use one exchange, by mistake: so what they share has a lock.
  private struct State: Sendable {
    var isReading = false
    /// Made for the first piece that is written.
    var backlog: Backlog?
  }

  private let present: @Sendable (ErrorPage) -> ErrorPage

  init(
    _ exchange: Exchange,
    of pool: ObjectIdentifier,
    present: @escaping @Sendable (ErrorPage) -> ErrorPage
  ) {
    self.exchange = exchange
    self.pool = pool
    self.present = present
  }

  var number: UInt64 { exchange.id }

  static func find(_ number: UInt64) -> WSGIExchange? { table.withLock { $0[number] } }

  /// Those that a pool's application has had for so long.
  static func running(of pool: ObjectIdentifier, longerThan limit: Duration) -> [WSGIExchange] {
    let now = ContinuousClock.now
    return table.withLock {
      $0.values.filter { $0.pool == pool && now - $0.began > limit }
    }
  }

  func register() { Self.table.withLock { $0[number] = self } }

  /// Whoever names it from now on finds nothing.
  func unregister() { Self.table.withLock { _ = $0.removeValue(forKey: number) } }

  // MARK: Request

  /// Waits for at least `least` bytes. Fewer at the end, -1 if there will never be so many.
  func read(into buffer: UnsafeMutableRawBufferPointer, atLeast least: Int) -> Int64 {
    let mayRead = state.withLock { state in
      guard !state.isReading else { return false }
      state.isReading = true
      return true
    }
    guard mayRead else { return -1 }
    defer { state.withLock { $0.isReading = false } }
    let read = unsafe BodyRead(into: buffer, atLeast: least)
    return read.wait(for: exchange).map(Int64.init) ?? -1
  }

  // MARK: Response

  func respond(_ status: Int, fields: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer) {
    let head = unsafe ResponseHead(status: status, fields: FieldSection(separatedByNUL: fields))
    unsafe exchange.respond(head, body: ByteBuffer(bytes: body))
  }

  func start(_ status: Int, fields: UnsafeRawBufferPointer) {
    unsafe exchange.start(
      ResponseHead(status: status, fields: FieldSection(separatedByNUL: fields))
    )
  }

  enum Written {
    case seen
    /// The client is far behind: `drain` before more is written.
    case ahead
    /// Nobody will see more.
    case gone
  }

  /// Sends a part of the body. Does not block.
  func write(_ bytes: UnsafeRawBufferPointer) -> Written {
    let (count, backlog) = (bytes.count, backlog)
    guard let ahead = backlog.add(count) else { return .gone }
    unsafe exchange.write(ByteBuffer(bytes: bytes)) { backlog.remove(count, isSeen: $0) }
    return ahead > Self.lead ? .ahead : .seen
  }

  /// Waits while the client is far behind. Returns whether anybody will see more.
  func drain() -> Bool { backlog.wait(atMost: Self.lead / 2) }

  private var backlog: Backlog {
    state.withLock { state in
      if let backlog = state.backlog { return backlog }
      let backlog = Backlog()
      state.backlog = backlog
      return backlog
    }
  }

  /// Sends bytes of a file by sendfile(2) as far as they are in memory, and by reading where they are
  /// not. The descriptor stays the application's.
  func send(file descriptor: CInt, from offset: Int, count: Int) -> Bool {
    guard let file = OpenFile(duplicating: FileDescriptor(rawValue: descriptor)) else {
      return false
    }
    var range = offset..<(offset + count)
    let progress = Inbox<FileProgress>()
    guard backlog.wait(atMost: 0) else { return false }
    while !range.isEmpty {
      exchange.write(file, range) { progress.send($0) }
      switch progress.receive()[0] {
      case .sent(let sent):
        range = range.dropFirst(sent)
      case .blocked(let sent):
        range = range.dropFirst(sent)
        let next = range.prefix(64 * 1024)
        guard !next.isEmpty else { return true }
        guard let bytes = try? file.read(next) else {
          exchange.fail(AppFailure(message: "The file became shorter while it was sent."))
          return false
        }
        _ = unsafe bytes.withUnsafeReadableBytes { unsafe write($0) }
        // The client sets the pace: what it has not taken must not be overtaken by sendfile(2).
        guard backlog.wait(atMost: 0) else { return false }
        range = range.dropFirst(next.count)
      case .ended:
        exchange.fail(AppFailure(message: "The file became shorter while it was sent."))
        return false
      case .gone:
        return false
      }
    }
    return true
  }

  func finish() { exchange.finish() }

  /// The application has raised an exception.
  func fail(_ report: [UInt8]) {
    var failure = TracebackReport(json: report).failure(of: exchange.request)
    failure.page = failure.page.map(present)
    exchange.fail(failure)
  }
}

extension FieldSection {
  /// Name NUL value NUL for each field, checked where it was made.
  init(separatedByNUL bytes: UnsafeRawBufferPointer) {
    self.init()
    reserve(lines: 8, bytes: bytes.count)
    var start = 0
    var name: Range<Int>?
    for index in bytes.indices where unsafe bytes[index] == 0 {
      if let known = name {
        unsafe append(
          UnsafeRawBufferPointer(rebasing: bytes[known]),
          UnsafeRawBufferPointer(rebasing: bytes[start..<index])
        )
        name = nil
      } else {
        name = start..<index
      }
      start = index + 1
    }
  }
}
