import CSlipwayShims
import Glibc
package import SystemPackage

extension FileDescriptor {
  /// Takes a connection from the backlog of a listening socket: non-blocking and close-on-exec.
  ///
  /// Throws what accept4(2) says; `wouldBlock` if the backlog is empty and the listener does not
  /// block.
  package func acceptConnection() throws(Errno) -> OwnedDescriptor {
    let connection = slipway_accept(rawValue)
    guard connection >= 0 else { throw Errno(rawValue: errno) }
    return OwnedDescriptor(FileDescriptor(rawValue: connection))
  }

  /// Another descriptor of the same open file, close-on-exec. See fcntl(2), F_DUPFD_CLOEXEC.
  ///
  /// A high one where the limit allows: thousands of connections that are carried over a restart
  /// would otherwise take the low numbers, without which libinotifytools does not work (select(2)).
  package func duplicated() throws(Errno) -> OwnedDescriptor {
    var duplicate = fcntl(rawValue, F_DUPFD_CLOEXEC, 1024)
    if duplicate < 0 { duplicate = fcntl(rawValue, F_DUPFD_CLOEXEC, 3) }
    guard duplicate >= 0 else { throw Errno(rawValue: errno) }
    return OwnedDescriptor(FileDescriptor(rawValue: duplicate))
  }

  /// Has the number of `other` stand for this open file too, at one stroke: whoever uses the number has
  /// the old file or the new one. It survives execve(2): to have it closed there would be a second
  /// stroke, and undo what a crash in between has ordered. See dup2(2).
  package func replace(_ other: FileDescriptor) throws(Errno) {
    guard Glibc.dup2(rawValue, other.rawValue) >= 0 else { throw Errno(rawValue: errno) }
  }

  /// Whether it is open, and a socket: others have no type (socket(7), SO_TYPE).
  package var isSocket: Bool {
    var type: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(rawValue, SOL_SOCKET, SO_TYPE, &type, &size) == 0
  }

  /// Sets O_NONBLOCK, for every descriptor of the same open file.
  package func setNonBlocking() throws(Errno) {
    let flags = fcntl(rawValue, F_GETFL)
    guard flags >= 0, fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) >= 0 else {
      throw Errno(rawValue: errno)
    }
  }

  /// Sends small segments at once (tcp(7), TCP_NODELAY). Without effect on other sockets.
  package func disableSendDelay() {
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    _ = unsafe setsockopt(rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
  }

  /// Bytes that were written and the peer has not acknowledged (tcp(7), SIOCOUTQ) or, on a Unix
  /// socket, not read; 0 if the system does not tell.
  package var unacknowledgedBytes: Int {
    var count: Int32 = 0
    guard unsafe ioctl(rawValue, UInt(TIOCOUTQ), &count) == 0 else { return 0 }
    return Int(count)
  }

  /// Hands the socket as many bytes as it takes without waiting; send(2). 0 where it takes none, and
  /// where the connection is broken: whoever waits for room, or reads, is told which.
  ///
  /// - Parameter isFollowed: Whether more comes at once, so that the bytes wait for it and travel with it
  ///   (send(2), MSG_MORE): at most 200 ms (tcp(7), TCP_CORK).
  package func sendWithoutWaiting(
    _ bytes: UnsafeRawBufferPointer,
    isFollowed: Bool = false
  ) -> Int {
    let flags = isFollowed ? sendFlags | Int32(MSG_MORE) : sendFlags
    return max(0, unsafe Glibc.send(rawValue, bytes.baseAddress, bytes.count, flags))
  }

  /// Has close(2) reset the connection (socket(7), SO_LINGER with no time), so that the peer cannot
  /// take what it has got for everything.
  package func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    let size = socklen_t(MemoryLayout<linger>.size)
    _ = unsafe setsockopt(rawValue, SOL_SOCKET, SO_LINGER, &option, size)
  }

  /// Waits until one of `descriptors` is readable, hung up or broken, or `milliseconds` are over;
  /// -1 waits without end. Tells of each whether it is.
  package static func waitReadable(
    _ descriptors: [FileDescriptor],
    milliseconds: Int32
  ) -> [Bool] {
    var entries = descriptors.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
    guard unsafe poll(&entries, nfds_t(entries.count), milliseconds) > 0 else {
      return descriptors.map { _ in false }
    }
    return entries.map { $0.revents != 0 }
  }
}

private let sendFlags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
