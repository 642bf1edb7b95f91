import Glibc

/// A running `slipway`, the executable built beside the tests, with everything that it writes.
///
/// Tests wait for its events, never for time to pass. Every wait ends after `patience` with an
/// error that has the end of the log in it. A server that is still there when the last reference to
/// it goes is killed.
package final class ServerProcess: Sendable {
  /// Why a test cannot go on.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
  }

  /// How a process ended.
  package enum End: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)

    /// From what waitpid(2) says.
    init(status: Int32) {
      let signal = status & 0x7f
      self = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    }
  }

  /// How it is started.
  package struct Options: Sendable {
    package var arguments: [String] = []
    /// Added to the environment of the tests.
    package var environment: [String: String] = [:]
    /// The current directory; the tests' own if there is none.
    package var directory: String?
    /// Replaces `--listen 127.0.0.1:0`.
    package var listen: [String] = ["--listen", "127.0.0.1:0"]
    /// Lets tests say `Host: e2e`; those about hosts say what they want instead.
    package var hosts: [String] = ["--allowed-host", "e2e"]
    package var format: [String] = ["--log-format", "json"]
    /// A shell script that is to `exec "$@"`.
    package var script: String?
    /// A descriptor that the process gets as number 3.
    package var third: Int32?

    package init() {}
  }

  /// Seconds that something may take. Builds of Swift packages on a busy machine take a while.
  package static let patience = 150

  package let pid: Int32
  private let log = Monitor(ServerLog())
  private let end = Monitor<End?>(nil)

  /// Starts `slipway` on a directory or file, and does not wait.
  package init(serving path: String?, _ options: Options = Options()) throws {
    var command = [BuiltProducts.path(of: "slipway")] + (path.map { [$0] } ?? [])
    command += options.listen + options.hosts + options.format + options.arguments
    if let script = options.script { command = ["/bin/sh", "-c", script, "sh"] + command }
    var output: [Int32] = [0, 0]
    var error: [Int32] = [0, 0]
    // Sockets: pipe2(2), which alone makes pipes that no other child inherits, is not imported.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &output) == 0, socketpair(AF_UNIX, kind, 0, &error) == 0
    else { throw Failure(description: "socketpair: \(String(cString: strerror(errno)))") }
    let third: [(open: Int32, number: Int32)] = options.third.map { [($0, Int32(3))] } ?? []
    pid = try Spawn(
      command: command,
      environment: options.environment,
      directory: options.directory,
      descriptors: [(output[1], 1), (error[1], 2)] + third
    )
    .start()
    close(output[1])
    close(error[1])
    let (log, end, pid) = (log, end, pid)
    Self.read(output[0]) { line in
      log.update { $0.output.append(line) }
    } atEnd: {
      log.update { $0.openStreams -= 1 }
    }
    Self.read(error[0]) { line in
      log.update { $0.append(line) }
    } atEnd: {
      log.update { $0.openStreams -= 1 }
    }
    startThread("wait") {
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1, errno == EINTR {}
      let ended = End(status: status)
      end.update { $0 = ended }
    }
  }

  deinit {
    if end.update({ $0 }) == nil { kill(pid, SIGKILL) }
  }

  // MARK: What it says

  /// The place in its log where the present is.
  package var mark: ServerLog.Mark { log.update { $0.end } }

  package func events(
    _ name: String? = nil,
    since mark: ServerLog.Mark = ServerLog.start
  ) -> [ServerEvent] {
    log.update { $0.events(name, since: mark) }
  }

  /// The last lines of the log.
  package var tail: String { log.update { $0.tail() } }

  /// Everything on standard error that is not an event, and standard output.
  package var text: String { log.update { ($0.output + $0.lines).joined(separator: "\n") } }

  /// Waits for the first event of that name since `mark` that is `wanted`.
  @discardableResult
  package func event(
    _ name: String,
    since mark: ServerLog.Mark = ServerLog.start,
    where isWanted: (ServerEvent) -> Bool = { _ in true }
  ) throws -> ServerEvent {
    try poll(what: "event \(name)") { log in
      log.events(name, since: mark).first(where: isWanted)
    }
  }

  /// Waits for the line that machines wait for, and returns it.
  @discardableResult
  package func untilListening() throws -> String {
    try poll(what: "the line on standard output") { log in
      log.output.first { $0.hasPrefix("Slipway listening on ") }
    }
  }

  /// The port of the first address, once it is known.
  package var port: UInt16 {
    get throws {
      let event = try event("listening")
      let url = event["urls"]?.list.compactMap(\.text).first { $0.hasPrefix("http") }
      guard let port = url?.split(separator: ":").last.flatMap({ UInt16($0) }) else {
        throw Failure(description: "no port in \(event)")
      }
      return port
    }
  }

  private func poll<Result>(
    what: String,
    _ body: (ServerLog) -> Result?
  ) throws -> Result {
    let result = log.wait(atMost: Self.patience) { log -> Swift.Result<Result, Failure>? in
      if let result = body(log) { return .success(result) }
      return log.isComplete
        ? .failure(Failure(description: "the server ended before \(what):\n\(log.tail())")) : nil
    }
    guard let result else {
      throw Failure(description: "no \(what) in \(Self.patience) s:\n\(tail)")
    }
    return try result.get()
  }

  // MARK: How it ends

  package func send(_ signal: Int32) {
    if end.update({ $0 }) == nil { kill(pid, signal) }
  }

  /// Waits until it has ended and all that it printed is here. A process that it has left behind may
  /// hold its streams open for ever, so that is waited for only so long.
  package func untilEnd() throws -> End {
    guard let end = end.wait(atMost: Self.patience, for: { $0 }) else {
      throw Failure(description: "the server does not end:\n\(tail)")
    }
    _ = log.wait(atMost: 30) { $0.isComplete ? true : nil }
    return end
  }

  package var isRunning: Bool { end.update { $0 } == nil }

  /// Ends it as a person would; by force if that does not work within ten seconds.
  package func stop() {
    send(SIGINT)
    if end.wait(atMost: 10, for: { $0 }) == nil {
      send(SIGKILL)
      _ = end.wait(atMost: 10, for: { $0 })
    }
  }

  /// Gives `receive` each line that comes out of a pipe, on a thread of its own.
  private static func read(
    _ descriptor: Int32,
    _ receive: @escaping @Sendable (String) -> Void,
    atEnd: @escaping @Sendable () -> Void
  ) {
    startThread("read") {
      guard let file = fdopen(descriptor, "r") else { return atEnd() }
      var line: UnsafeMutablePointer<CChar>?
      var capacity = 0
      while getline(&line, &capacity, file) > 0, let line {
        receive(String(String(cString: line).prefix { $0 != "\n" }))
      }
      free(line)
      fclose(file)
      atEnd()
    }
  }
}
