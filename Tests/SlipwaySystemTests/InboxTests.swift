import SlipwaySystem
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct InboxTests {
  @Test func messagesComeInOrderAndOnce() {
    let inbox = Inbox<Int>()
    for number in 1...3 { inbox.send(number) }
    #expect(inbox.receive() == [1, 2, 3])
    #expect(inbox.poll() == [])
    inbox.send(4)
    #expect(inbox.poll() == [4])
  }

  @Test func waitsForAMessageFromAnotherThread() throws {
    let inbox = Inbox<Int>()
    let received = Concurrent { inbox.receive() }
    inbox.send(1)
    #expect(try received.value() == [1])
  }

  @Test(arguments: [Duration.zero, .nanoseconds(-1), .seconds(-1), .milliseconds(1)])
  func waitsNoLongerThanItIsTold(limit: Duration) {
    #expect(Inbox<Int>().receive(within: limit) == [])
  }

  @Test(arguments: [Duration.seconds(5), .seconds(Int64.max)])
  func whatComesInTimeIsReceived(limit: Duration) throws {
    let inbox = Inbox<Int>()
    let received = Concurrent { inbox.receive(within: limit) }
    inbox.send(1)
    #expect(try received.value() == [1])
  }
}
