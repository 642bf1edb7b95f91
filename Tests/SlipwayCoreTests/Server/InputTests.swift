import NIOCore
import SlipwayCore
import Testing

/// What a connection keeps of what it has read.
@Suite(.timeLimit(.minutes(5)))
struct InputTests {
  /// A client that pipelines for ever, and whose reads each end inside of a request.
  @Test func doesNotGrowWithWhatHasBeenTaken() {
    var input = ByteBuffer()
    for round in 0..<100_000 {
      var read = ByteBuffer(repeating: UInt8(truncatingIfNeeded: round), count: 100)
      input.append(read: &read)
      #expect(read.readableBytes == 0)
      input.moveReaderIndex(forwardBy: input.readableBytes - 7)
    }
    #expect(input.readableBytes == 7)
    #expect(input.capacity <= 1024)
  }

  @Test func keepsWhatHasNotBeenTakenInOrder() {
    var input = ByteBuffer(string: "GET / HT")
    // A part of the body that an application still holds.
    let taken = input.readSlice(length: 4)
    var read = ByteBuffer(string: "TP/1.1")
    input.append(read: &read)
    #expect(input == ByteBuffer(string: "/ HTTP/1.1"))
    #expect(taken == ByteBuffer(string: "GET "))
  }
}
