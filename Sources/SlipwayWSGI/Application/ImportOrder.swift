import SlipwaySystem
import Synchronization

/// The order in which applications are imported: that in which they come, one after the other in each
/// interpreter.
///
/// An application may depend on what another's import has left behind, so the order must not be that in
/// which threads happen to run.
package final class ImportOrder: Sendable {
  private struct Last: Sendable {
    var start: Inbox<Void>?
    var imports: [String: Inbox<Void>] = [:]
  }

  /// What tells that the last one is over.
  private let last = Mutex(Last())

  package init() {}

  /// A place behind all that have one.
  package func turn(of options: WSGIOptions) -> ImportTurn {
    last.withLock { last in
      let turn = ImportTurn(
        start: .init(behind: last.start),
        load: .init(behind: last.imports[options.group])
      )
      last.start = turn.start.isOver
      last.imports[options.group] = turn.load.isOver
      return turn
    }
  }
}

/// When an application may start Python, which is one for all, and when it may be imported.
package struct ImportTurn: Sendable {
  struct Place: Sendable {
    fileprivate let isOver = Inbox<Void>()
    private let before: Inbox<Void>?

    fileprivate init(behind before: Inbox<Void>?) { self.before = before }

    func take<Value>(_ body: () throws(WSGIError) -> Value) throws(WSGIError) -> Value {
      // One place is behind each: so nobody else takes the message.
      _ = before?.receive()
      defer { isOver.send(()) }
      return try body()
    }
  }

  let start: Place
  let load: Place

  /// Lets those behind go on.
  package func pass() {
    start.isOver.send(())
    load.isOver.send(())
  }

  /// Runs `start` when nobody before starts Python any more, and `load` with what comes of it when nobody
  /// before is being imported.
  func take<Runtime, Value>(
    start: () throws(WSGIError) -> Runtime,
    load: (Runtime) throws(WSGIError) -> Value
  ) throws(WSGIError) -> Value {
    let runtime: Runtime
    do throws(WSGIError) {
      runtime = try self.start.take(start)
    } catch {
      // Those behind wait for this, too.
      try self.load.take { () throws(WSGIError) in throw error }
      throw error
    }
    return try self.load.take { () throws(WSGIError) in try load(runtime) }
  }
}
