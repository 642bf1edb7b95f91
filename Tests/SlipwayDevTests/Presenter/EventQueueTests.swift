import SlipwayDev
import Testing

/// What is kept when a terminal does not keep up.
@Suite(.timeLimit(.minutes(5)))
struct EventQueueTests {
  private let time = WallTime(seconds: 1)

  private var progress: EventQueue.Item {
    .event(.buildProgress(step: 1, of: 2, message: ""), time)
  }

  private var important: EventQueue.Item { .event(.stopping(reason: ""), time) }

  private func shed(_ items: [EventQueue.Item]) -> [Int] {
    items.compactMap { if case .shed(let count, _) = $0 { count } else { nil } }
  }

  @Test func shedsWhatCanBeSparedFirstAndCountsIt() {
    var queue = EventQueue()
    for _ in 0..<EventQueue.sheddingLimit + 5 { queue.append(progress) }
    queue.append(important)
    let items = queue.takeAll()
    #expect(items.count == EventQueue.sheddingLimit + 2)
    #expect(shed(items) == [5])
    guard case .event(.stopping, _) = items.last else {
      Issue.record("the important event was shed")
      return
    }
    #expect(queue.isEmpty)
  }

  @Test func isBoundedWhateverComes() {
    var queue = EventQueue()
    for _ in 0..<EventQueue.hardLimit + 100 {
      queue.append(important)
      queue.append(progress)
    }
    let items = queue.takeAll()
    #expect(items.count <= EventQueue.hardLimit + 2)
    let kept = items.count - shed(items).count
    #expect(shed(items).reduce(kept, +) == 2 * (EventQueue.hardLimit + 100))
  }
}
