import SlipwayTestSupport

/// A client of the gdb remote serial protocol that says exactly what it is told to.
final class RemoteClient {
  /// What went wrong, after which packets.
  struct Failure: Error, CustomStringConvertible {
    let cause: any Error
    let conversation: [String]

    var description: String { "\(cause) after \(conversation.joined(separator: " "))" }
  }

  let client: RawClient
  private var conversation: [String] = []
  var acknowledges = true

  init(port: UInt16) throws {
    client = try RawClient(port: port)
    try client.send("+")
  }

  init(unix path: String) throws {
    client = try RawClient(unix: path)
    try client.send("+")
  }

  /// Sends a packet, and returns the content of the reply.
  func ask(_ content: String) throws -> String {
    try tell(content)
    return try reply()
  }

  /// Has the process go on past whatever stops it, a child's end for one, until it has become the next
  /// generation and goes on as that.
  func proceedPastRestart(_ resumption: String) throws {
    while true {
      let stop = try reply()
      try tell(resumption)
      if stop.contains("exec:") || stop.contains("reason:exec;") { return }
    }
  }

  /// Has the process go on past whatever stops it, as any debugger does: the server's compilers end,
  /// each with a SIGCHLD, and the SIGSTOP of an attachment may come late. Until the work beside is done.
  @discardableResult
  func keepGoing<Outcome>(
    _ resumption: String,
    until work: Concurrent<Outcome>
  ) throws -> Outcome {
    while !work.isDone {
      guard !client.isSilent(for: 20) else { continue }
      guard let stop = try? reply() else { break }
      if stop.hasPrefix("T") { try tell(resumption) }
    }
    return try work.value()
  }

  /// Has the process stop.
  func interrupt() throws { try client.send("\u{3}") }

  /// Is gone at once, as a client that died.
  func hangUp() { client.reset() }

  /// Sends a packet.
  func tell(_ content: String) throws {
    conversation.append("-> " + content.prefix(40))
    try client.send(Self.packet(content))
  }

  /// A packet with a content in it.
  static func packet(_ content: String) -> [UInt8] {
    let sum = content.utf8.reduce(0 as UInt8) { $0 &+ $1 }
    let digits = String(sum, radix: 16)
    return Array("$\(content)#\(digits.count == 1 ? "0" : "")\(digits)".utf8)
  }

  /// Waits for a packet, and returns its content.
  func reply() throws -> String {
    do {
      let reply = try packet()
      conversation.append("<- " + reply.prefix(40))
      return reply
    } catch {
      throw Failure(cause: error, conversation: conversation)
    }
  }

  private func packet() throws -> String {
    var reply: [UInt8] = []
    while try client.bytes(1) != Array("$".utf8) {}
    while case let byte = try client.bytes(1)[0], byte != UInt8(ascii: "#") { reply.append(byte) }
    _ = try client.bytes(2)
    if acknowledges { try client.send("+") }
    return String(decoding: reply, as: UTF8.self)
  }

  /// Whether nothing more comes but the end.
  func untilHungUp() throws -> Bool { try client.untilHungUp().isEmpty }
}
