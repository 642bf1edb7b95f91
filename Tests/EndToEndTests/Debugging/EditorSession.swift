import FoundationEssentials
import SlipwayTestSupport
import Testing

/// An editor at the debug socket: a client of the Debug Adapter Protocol, with everything that was
/// said.
final class EditorSession {
  private let client: RawClient
  private var sequence = 0
  private var waiting: [ServerEvent.Value] = []
  private var log: [String] = []

  init(to served: ServedProject, adapterID: String = "lldb-dap") throws {
    client = try RawClient(port: served.debugPort)
    let arguments =
      #"{"adapterID":"\#(adapterID)","linesStartAt1":true,"columnsStartAt1":true,"pathFormat":"path"}"#
    initialization = try send("initialize", arguments)
  }

  /// The number of the first request.
  private(set) var initialization = 0

  func attach() throws {
    try response(to: initialization)
    attachment = try send("attach", #"{"attachCommands":["slipway-attach"]}"#)
    try event("initialized")
  }

  private var attachment = 0

  func breakAt(_ path: String, _ line: Int) throws {
    let request = try send(
      "setBreakpoints",
      #"{"source":{"path":"\#(path)"},"breakpoints":[{"line":\#(line)}]}"#
    )
    let response = try response(to: request)
    let found = response["body"]?["breakpoints"]?.list.first
    #expect(found?["verified"]?.flag == true, "\(transcript)")
  }

  func configurationDone() throws {
    try response(to: send("configurationDone", "{}"))
    try response(to: attachment)
  }

  /// Waits for a breakpoint, and returns the thread and its topmost frame.
  func untilStopped() throws -> (thread: Int, frame: Int) {
    let stop = try event("stopped")
    let thread = try #require(stop["body"]?["threadId"]?.number)
    let trace = try response(to: send("stackTrace", #"{"threadId":\#(thread),"levels":3}"#))
    let frame = trace["body"]?["stackFrames"]?.list.first?["id"]?.number
    return (thread, try #require(frame, "\(transcript)"))
  }

  /// The names and values of a frame's variables.
  func locals(of frame: Int) throws -> [String: String] {
    let scopes = try response(to: send("scopes", #"{"frameId":\#(frame)}"#))
    let reference = scopes["body"]?["scopes"]?.list.first?["variablesReference"]?.number
    let variables = try response(
      to: send("variables", #"{"variablesReference":\#(reference ?? 0)}"#)
    )
    let pairs = (variables["body"]?["variables"]?.list ?? [])
      .map { ($0["name"]?.text ?? "", $0["value"]?.text ?? "") }
    return Dictionary(pairs) { first, _ in first }
  }

  func evaluate(_ expression: String, in frame: Int) throws -> String {
    let request = try send(
      "evaluate",
      #"{"expression":"\#(expression)","frameId":\#(frame),"context":"watch"}"#
    )
    return try response(to: request)["body"]?["result"]?.text ?? ""
  }

  func proceed(_ thread: Int) throws {
    try response(to: send("continue", #"{"threadId":\#(thread)}"#))
  }

  func disconnect(terminating: Bool = false) throws {
    try response(to: send("disconnect", #"{"terminateDebuggee":\#(terminating)}"#))
  }

  /// As an editor does that dies.
  func hangUp() { client.reset() }

  // MARK: The protocol

  private func send(_ command: String, _ arguments: String) throws -> Int {
    sequence += 1
    let content =
      #"{"seq":\#(sequence),"type":"request","command":"\#(command)","arguments":\#(arguments)}"#
    log.append("→ \(content)")
    try client.send("Content-Length: \(content.utf8.count)\r\n\r\n\(content)")
    return sequence
  }

  /// Waits for a response, whether it is one of success or not.
  @discardableResult
  func response(to request: Int, succeeds: Bool = true) throws -> ServerEvent.Value {
    let response = try message {
      $0["type"]?.text == "response" && $0["request_seq"]?.number == request
    }
    #expect(response["success"]?.flag == succeeds, "\(transcript)")
    return response
  }

  @discardableResult
  func event(_ name: String) throws -> ServerEvent.Value {
    try message { $0["type"]?.text == "event" && $0["event"]?.text == name }
  }

  private func message(
    _ isWanted: (ServerEvent.Value) -> Bool
  ) throws -> ServerEvent.Value {
    while true {
      if let index = waiting.firstIndex(where: isWanted) { return waiting.remove(at: index) }
      do {
        waiting.append(try receive())
      } catch {
        throw ServerProcess.Failure(description: "\(error) after\n\(transcript)")
      }
    }
  }

  private func receive() throws -> ServerEvent.Value {
    let header = try client.line()
    let count = Int(header.split(separator: " ").last?.filter(\.isNumber) ?? "")
    _ = try client.line()
    let content = String(decoding: try client.bytes(try #require(count)), as: UTF8.self)
    log.append("← \(content.prefix(600))")
    return try #require(ServerEvent.Value(json: content))
  }

  /// The whole session, for the comment of an issue.
  var transcript: String { log.suffix(80).joined(separator: "\n") }
}
