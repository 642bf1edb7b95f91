import SlipwaySystem
import SystemPackage

/// Connections that have been accepted and have not said yet who they are.
struct Doorstep {
  /// How long one may be silent.
  static let patience = Duration.seconds(3)

  /// How many may be silent at a time; the oldest has to go for the next.
  static let limit = 64

  /// How often one that has said something, but not enough, is looked at again.
  private static let interval = Duration.milliseconds(20)

  private struct Newcomer {
    var connection: FileDescriptor
    var deadline: ContinuousClock.Instant
    var hasSpoken = false
  }

  /// How long nobody is let in when there was no descriptor for somebody: without, whoever polls the
  /// listeners would be told at once that somebody waits there.
  private static let pause = Duration.milliseconds(100)

  private var newcomers: [Newcomer] = []

  private var shutUntil: ContinuousClock.Instant?

  /// Whether the listeners are of no interest just now.
  var isShut: Bool { shutUntil.map { $0 > .now } ?? false }

  /// Takes a connection, which is closed here or handed on by `sort`.
  mutating func admit(_ connection: consuming OwnedDescriptor) {
    if newcomers.count >= Self.limit { try? newcomers.removeFirst().connection.close() }
    newcomers.append(
      Newcomer(connection: connection.release(), deadline: .now + Self.patience)
    )
  }

  /// Takes back one that `sort` has told of.
  mutating func readmit(_ connection: consuming OwnedDescriptor) {
    newcomers.append(
      Newcomer(connection: connection.release(), deadline: .now + Self.patience, hasSpoken: true)
    )
  }

  /// Takes everybody who waits at the listeners, which do not block. Whom `isWelcome` rejects is
  /// not let in.
  mutating func admitAll(
    from listeners: [FileDescriptor],
    where isWelcome: (FileDescriptor) -> Bool
  ) {
    guard !isShut else { return }
    shutUntil = nil
    for listener in listeners {
      // Bounded, so that somebody who connects for ever does not keep the others waiting.
      for _ in 0..<Self.limit {
        do throws(Errno) {
          let connection = try listener.acceptConnection()
          guard isWelcome(connection.descriptor) else { continue }
          admit(connection)
        } catch {
          // accept(2): these tell of the connection; whatever is not about nobody being there, of us.
          if [.connectionAbort, .interrupted].contains(error) { continue }
          if error != .resourceTemporarilyUnavailable { shutUntil = .now + Self.pause }
          break
        }
      }
    }
  }

  /// To be polled for reading: those that have said nothing yet.
  var silent: [FileDescriptor] { newcomers.filter { !$0.hasSpoken }.map(\.connection) }

  /// Everybody's connection, for the next generation.
  var connections: [FileDescriptor] { newcomers.map(\.connection) }

  /// How long there is nothing to do if no silent one speaks; nil for ever.
  var rest: Duration? {
    var times = newcomers.map { newcomer in
      let left = newcomer.deadline - .now
      return newcomer.hasSpoken ? min(Self.interval, left) : left
    }
    if let shutUntil { times.append(shutUntil - .now) }
    return times.min().map { max(.zero, $0) }
  }

  /// Those who have said who they are, or will not any more: they are the caller's now. Who has hung
  /// up is let go.
  mutating func sort() -> [(connection: OwnedConnection, who: DebugClient.Recognition)] {
    var sorted: [(OwnedConnection, DebugClient.Recognition)] = []
    var staying: [Newcomer] = []
    for var newcomer in newcomers {
      guard let bytes = newcomer.connection.peek(upTo: DebugClient.enoughBytes) else {
        try? newcomer.connection.close()
        continue
      }
      newcomer.hasSpoken = !bytes.isEmpty
      let who = DebugClient.recognize(bytes)
      if who != .undecided {
        sorted.append((OwnedConnection(newcomer.connection), who))
      } else if newcomer.deadline > .now {
        staying.append(newcomer)
      } else {
        sorted.append((OwnedConnection(newcomer.connection), .unknown))
      }
    }
    newcomers = staying
    return sorted
  }

  /// Lets everybody go.
  mutating func clear() {
    for newcomer in newcomers { try? newcomer.connection.close() }
    newcomers = []
  }
}

/// A connection that is whoever's takes it.
struct OwnedConnection {
  // A class's array element cannot be noncopyable yet: taken once, by `take`.
  private let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  consuming func take() -> OwnedDescriptor { OwnedDescriptor(descriptor) }
}
