/// What waits for one sink: a bounded queue that sheds the lines of requests and progress first.
///
/// Pure: who waits and who wakes is the business of `EventLane`.
package struct EventQueue {
  package enum Item: Sendable {
    /// Indirect: there is one for each request, and it is handed on several times.
    indirect case event(DevEvent, WallTime)
    case notice(TerminalNotice)
    /// This many lines were left out here.
    case shed(Int, WallTime)
    /// Files are to be opened anew.
    case reopening
  }

  /// How many items wait at most.
  package struct Limits: Sendable {
    /// From here on, what can be spared is shed.
    package var shedding: Int

    /// From here on, everything is: a terminal that was stopped hours ago must not eat the memory.
    package var hard: Int

    package init(shedding: Int = EventQueue.sheddingLimit, hard: Int = EventQueue.hardLimit) {
      self.shedding = shedding
      self.hard = hard
    }
  }

  package static let sheddingLimit = 2048
  package static let hardLimit = 8192

  private let limits: Limits
  private var items: [Item] = []
  private var shed = 0
  private var lastShed = WallTime(seconds: 0)

  package init(limits: Limits = Limits()) {
    self.limits = limits
  }

  package var isEmpty: Bool { items.isEmpty && shed == 0 }

  package mutating func append(_ item: Item) {
    let limit = item.canBeSpared ? limits.shedding : limits.hard
    guard items.count < limit else {
      shed += 1
      if case .event(_, let time) = item { lastShed = time }
      return
    }
    if shed > 0, !item.canBeSpared || items.count < limits.shedding / 2 {
      items.append(.shed(shed, lastShed))
      shed = 0
    }
    items.append(item)
  }

  /// Everything that waits, in order.
  package mutating func takeAll() -> [Item] {
    let count = items.count
    defer {
      items = []
      // Under load the next batch is as large as this one.
      items.reserveCapacity(count)
      shed = 0
    }
    return shed > 0 ? items + [.shed(shed, lastShed)] : items
  }
}

extension EventQueue.Item {
  /// Whether it may be left out, or come a little later.
  var canBeSpared: Bool {
    switch self {
    case .event(.exchange, _), .event(.buildProgress, _), .event(.applicationLog, _): true
    default: false
    }
  }
}
