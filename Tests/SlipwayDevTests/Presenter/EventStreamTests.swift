import Glibc
import SlipwayCore
import SlipwayDev
import Synchronization
import SystemPackage
import Testing

/// Many threads in, one order out.
@Suite(.timeLimit(.minutes(5)))
struct EventStreamTests {
  private final class Recorder: EventSink {
    let generations = Mutex<[Int]>([])
    func receive(_ event: DevEvent, at time: WallTime) {
      if case .restarting(let generation, _) = event {
        generations.withLock { $0.append(generation) }
      }
    }
  }

  /// Blocks its thread until it is released, as a stopped terminal does.
  private final class Stuck: EventSink {
    let gate = Mutex(())
    func receive(_ event: DevEvent, at time: WallTime) { gate.withLock { _ in } }
  }

  @Test func givesAllSinksTheSameOrder() async {
    let first = Recorder()
    let second = Recorder()
    let stream = EventStream(to: [first, second])
    await withTaskGroup { group in
      for thread in 0..<4 {
        group.addTask {
          for step in 0..<500 {
            stream.post(.restarting(generation: thread * 1000 + step, reason: ""))
          }
        }
      }
    }
    #expect(stream.flush(within: .seconds(30)))
    let seen = first.generations.withLock { $0 }
    #expect(seen.count == 2000)
    #expect(seen == second.generations.withLock { $0 })
    for thread in 0..<4 {
      let own = seen.filter { $0 / 1000 == thread }
      #expect(own == own.sorted())
    }
  }

  @Test func neitherPosterNorOtherSinksWaitForAStuckOne() {
    let stuck = Stuck()
    let recorder = Recorder()
    let stream = EventStream(to: [stuck, recorder])
    stuck.gate.withLock { _ in
      for step in 0..<20_000 {
        stream.post(.restarting(generation: step, reason: ""))
        // Lets the recorder keep up; its queue is bounded too.
        if step % 1000 == 999 { _ = stream.flush(within: .milliseconds(20)) }
      }
      #expect(!stream.flush(within: .milliseconds(1)))
      #expect(recorder.generations.withLock { $0.count } == 20_000)
    }
    #expect(stream.flush(within: .seconds(30)))
  }

  /// Remembers what it got, and how often it was told that this was all for the moment.
  private final class Batches: EventSink {
    let gate = Mutex(())
    let ids = Mutex<[UInt64]>([])
    let ends = Mutex(0)

    func receive(_ event: DevEvent, at time: WallTime) {
      gate.withLock { _ in }
      if case .exchange(let record) = event { ids.withLock { $0.append(record.id) } }
    }

    func endBatch() { ends.withLock { $0 += 1 } }
  }

  private func exchange(_ id: UInt64) -> DevEvent {
    .exchange(
      ExchangeRecord(
        id: id,
        peer: "127.0.0.1:1",
        method: "GET",
        target: "/\(id)",
        httpMinorVersion: 1,
        mountPrefix: "",
        status: 200,
        responseBytes: 5,
        took: .milliseconds(1),
        held: .zero,
        wasCut: false
      )
    )
  }

  /// What comes while the sink is at work is its next batch, whole and in order.
  @Test func collectsTheLinesOfRequests() {
    let sink = Batches()
    let stream = EventStream(to: [sink])
    sink.gate.withLock { _ in
      for id in 0..<1000 { stream.post(exchange(UInt64(id))) }
    }
    #expect(stream.flush(within: .seconds(30)))
    #expect(sink.ids.withLock { $0 } == Array(0..<1000))
    // The one that it was at when the others came, and the others.
    #expect(sink.ends.withLock { $0 } <= 2)
  }

  /// Wants requests alone, and remembers whatever it gets.
  private final class Choosy: EventSink {
    let got = Mutex<[DevEvent]>([])
    func wants(_ event: DevEvent) -> Bool { if case .exchange = event { true } else { false } }
    func receive(_ event: DevEvent, at time: WallTime) { got.withLock { $0.append(event) } }
  }

  @Test func givesASinkNothingThatItDoesNotWant() {
    let choosy = Choosy()
    let recorder = Recorder()
    let stream = EventStream(to: [choosy, recorder])
    stream.post(.restarting(generation: 1, reason: ""))
    stream.post(exchange(7))
    stream.post(.restarting(generation: 2, reason: ""))
    #expect(stream.flush(within: .seconds(30)))
    let got = choosy.got.withLock { $0 }
    #expect(got.count == 1)
    guard case .exchange(let record)? = got.first else { return }
    #expect(record.id == 7)
    #expect(recorder.generations.withLock { $0 } == [1, 2])
  }

  @Test func writesAllThatWasCollectedBeforeAFlushReturns() throws {
    let ends = try FileDescriptor.pipe()
    let stream = EventStream(to: [JSONPresenter(descriptor: ends.writeEnd)])
    // Few enough for the pipe to take them all.
    for id in 0..<100 { stream.post(exchange(UInt64(id))) }
    #expect(stream.flush(within: .seconds(30)))
    try ends.writeEnd.close()
    let text = try ends.readEnd.closeAfter { try everything(from: ends.readEnd) }
    let lines = text.split(separator: "\n")
    #expect(lines.count == 100)
    for (id, line) in lines.enumerated() { #expect(line.contains("\"/\(id)\"")) }
  }

  @Test func writesPlainLinesWhereThereIsNoTerminal() throws {
    let ends = try FileDescriptor.pipe()
    let presenter = TerminalPresenter(
      directory: "/app",
      verbosity: 0,
      environment: ["TERM": "xterm"],
      descriptor: ends.writeEnd
    )
    let stream = EventStream(to: [presenter])
    stream.post(.buildStarted(package: "/app", product: "App"))
    stream.post(.buildProgress(step: 1, of: 2, message: "Compiling"))
    stream.post(.ready(generation: 3, restart: nil, carried: 0))
    stream.show(.help)
    #expect(stream.flush(within: .seconds(30)))
    try ends.writeEnd.close()
    let text = try ends.readEnd.closeAfter { try everything(from: ends.readEnd) }
    let lines = text.split(separator: "\n")
    #expect(lines.count == 8)
    #expect(lines[0].hasSuffix("  building  App…"))
    #expect(lines[1].hasSuffix("  ready     generation 3"))
    #expect(!text.contains("\u{1b}"))
  }

  @Test func dropsWhatNobodyReads() throws {
    signal(SIGPIPE, SIG_IGN)
    let ends = try FileDescriptor.pipe()
    try ends.readEnd.close()
    let stream = EventStream(to: [JSONPresenter(descriptor: ends.writeEnd)])
    for _ in 0..<10 { stream.post(.stopping(reason: "")) }
    #expect(stream.flush(within: .seconds(30)))
    try ends.writeEnd.close()
  }

  private func everything(from descriptor: FileDescriptor) throws -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
