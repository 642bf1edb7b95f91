import Glibc
package import SlipwaySystem
import SystemPackage

/// Passes bytes between an editor and the adapter of the Python debugger, until one of them has gone.
///
/// In this process, unlike the relay of LLDB: while Python is stopped at a breakpoint the threads of Swift
/// go on. With the process image it ends; the adapter of the next generation is another one.
package enum PythonBridge {
  /// Connects to the adapter and starts a thread that passes bytes.
  package static func start(
    _ editor: consuming OwnedDescriptor,
    port: UInt16
  ) throws {
    let adapter = OwnedDescriptor(try ConnectedSocket.tcp(host: "127.0.0.1", port: port))
    let (one, other) = (editor.release(), adapter.release())
    do throws(Errno) {
      try NamedThread.detach("slipway-dap") {
        pass(BufferedPeer(one), BufferedPeer(other))
      }
    } catch {
      try? one.close()
      try? other.close()
      throw error
    }
  }

  /// Either may be slower than the other, and stop reading for as long as it is not read itself: each
  /// way has a buffer, and one that is full holds up that way alone.
  private static func pass(_ one: BufferedPeer, _ other: BufferedPeer) {
    while one.isOpen, other.isOpen {
      wait(for: one, other)
      pass(from: one, to: other)
      pass(from: other, to: one)
    }
    // The last words of whoever has gone.
    for peer in [one, other] {
      peer.flush(within: .seconds(1))
      peer.close()
    }
  }

  private static func pass(from source: BufferedPeer, to target: BufferedPeer) {
    target.flush()
    guard !target.isFull else { return }
    guard let bytes = source.read() else { return source.close() }
    if !bytes.isEmpty { target.send(bytes) }
  }

  private static func wait(for one: BufferedPeer, _ other: BufferedPeer) {
    var polled = [(one, other), (other, one)]
      .compactMap { peer, opposite -> pollfd? in
        let events = (opposite.isFull ? 0 : POLLIN) | (peer.hasPending ? POLLOUT : 0)
        // Asked for nothing, poll(2) would still tell again and again that a peer has gone.
        guard events != 0 else { return nil }
        return pollfd(fd: peer.descriptor.rawValue, events: Int16(events), revents: 0)
      }
    _ = unsafe poll(&polled, nfds_t(polled.count), -1)
  }
}
