import SlipwayDev
import Synchronization
import Testing

/// Who gets to the consoles.
@Suite struct ConsoleGuardTests {
  private func wrong(_ pin: String) -> String {
    String(pin.map { $0 == "9" ? "0" : $0.isNumber ? "9" : $0 })
  }

  @Test func thePINOpensThemHoweverItIsTyped() {
    let door = ConsoleGuard(inheriting: nil)
    let pin = door.value.pin
    #expect(pin.filter(\.isNumber).count == 9)
    #expect(door.admit(pin: pin) == .admitted)
    #expect(door.admit(pin: " " + pin.filter(\.isNumber)) == .admitted)
    #expect(door.admit(pin: String(pin.dropLast())) == .refused(attemptsLeft: 9))
    #expect(door.admit(pin: "") == .refused(attemptsLeft: 8))
  }

  @Test func tenWrongOnesInARowLockThemForTheRightOneToo() {
    let door = ConsoleGuard(inheriting: nil)
    let pin = door.value.pin
    for left in (1...9).reversed() {
      #expect(door.admit(pin: wrong(pin)) == .refused(attemptsLeft: left))
    }
    #expect(door.admit(pin: pin) == .admitted)
    for _ in 0..<10 { _ = door.admit(pin: wrong(pin)) }
    #expect(door.isLocked)
    #expect(door.admit(pin: pin) == .locked)
    // No restart opens them.
    #expect(ConsoleGuard(inheriting: door.value).admit(pin: pin) == .locked)
  }

  /// A crash leaves what was written down before it: that has to have every attempt.
  @Test func eachAttemptIsToldToWhoeverWritesThemDown() {
    let door = ConsoleGuard(inheriting: nil)
    let written = Mutex<[Int]>([])
    door.onChange { [unowned door] in written.withLock { $0.append(door.value.failures) } }
    for _ in 0..<2 { _ = door.admit(pin: "") }
    _ = door.admit(pin: door.value.pin)
    #expect(written.withLock { $0 } == [1, 2, 0])
  }

  @Test func whoHasGivenThePINIsKnownAfterARestart() {
    let door = ConsoleGuard(inheriting: nil)
    let secret = door.value.secret
    let next = ConsoleGuard(inheriting: door.value)
    #expect(next.knows(secret: secret))
    #expect(!next.knows(secret: ""))
    #expect(!next.knows(secret: secret + "x"))
    #expect(!ConsoleGuard(inheriting: nil).knows(secret: secret))
  }
}
