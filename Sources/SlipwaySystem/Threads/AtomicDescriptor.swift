import Synchronization

/// The number of a descriptor that several threads may look at; -1 until one is stored.
final class AtomicDescriptor: Sendable {
  private let number = Atomic<CInt>(-1)

  func store(_ descriptor: CInt) {
    number.store(descriptor, ordering: .releasing)
  }

  func load() -> CInt {
    number.load(ordering: .acquiring)
  }
}
