/// What a server has written so far: events and other lines, in order.
package struct ServerLog: Sendable {
  /// A place in the log: what came after it is what happened after it was asked for.
  package struct Mark: Sendable {
    fileprivate let index: Int
  }

  private(set) package var lines: [String] = []
  private var events: [(index: Int, event: ServerEvent)] = []

  /// Lines of standard output.
  package internal(set) var output: [String] = []

  /// Streams that somebody may still write to: the server, or what shows its last words.
  var openStreams = 2

  /// Whether nothing more can come.
  var isComplete: Bool { openStreams == 0 }

  mutating func append(_ line: String) {
    if let event = ServerEvent(line: line) { events.append((lines.count, event)) }
    lines.append(line)
  }

  /// The place behind the last line.
  package var end: Mark { Mark(index: lines.count) }

  package static var start: Mark { Mark(index: 0) }

  /// The events of that name, or all, since a mark.
  package func events(_ name: String? = nil, since mark: Mark = start) -> [ServerEvent] {
    events.filter { $0.index >= mark.index && (name == nil || $0.event.name == name) }
      .map(\.event)
  }

  /// The last lines, for people.
  package func tail(_ count: Int = 60) -> String {
    (output.map { "stdout: \($0)" } + lines.suffix(count)).joined(separator: "\n")
  }
}
