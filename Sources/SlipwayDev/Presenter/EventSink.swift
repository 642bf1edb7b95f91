/// Somebody who wants to know what happens: a terminal, a log, `.slipway/server.json`, a test.
///
/// An `EventStream` calls each of its sinks on a thread of that sink's own, one call at a time and
/// in the order of the events. A sink may block; nobody but itself waits for it.
package protocol EventSink: Sendable {
  func receive(_ event: DevEvent, at time: WallTime)

  /// Whether it has any use for an event of this kind: under load there is one for each request, and
  /// a thread that is woken for nothing. Called on the thread that posts; must not block.
  func wants(_ event: DevEvent) -> Bool

  /// Called when nothing more is waiting for the moment: what was collected is to go out now.
  func endBatch()

  /// Shows something to whoever sits before the terminal. Other sinks ignore it.
  func show(_ notice: TerminalNotice)

  /// How many events may wait for this sink.
  var queueLimits: EventQueue.Limits { get }

  /// Opens files anew: they have been renamed.
  func reopen()

  /// The sink belongs to this stream from now on, and may post to it; it must not hold it.
  func join(_ events: EventStream)
}

extension EventSink {
  package func wants(_ event: DevEvent) -> Bool { true }
  package func endBatch() {}
  package func show(_ notice: TerminalNotice) {}
  package var queueLimits: EventQueue.Limits { EventQueue.Limits() }
  package func reopen() {}
  package func join(_ events: EventStream) {}
}

/// What a terminal shows although nothing has happened.
package enum TerminalNotice: Sendable, Equatable {
  /// An empty screen.
  case clear

  /// The keys and what they do.
  case help
}
