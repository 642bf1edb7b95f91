import Glibc
import SlipwaySystem
import SystemPackage

/// A blocking client that sends exactly the bytes it is told to and shows exactly those that come.
///
/// For tests that are about bytes: framing, half-closed connections, what is not answered. Every
/// wait is bounded by `patience`, after which the call throws.
package final class RawClient {
  package enum Failure: Error {
    /// A system call failed.
    case system(String, Int32)
    /// The connection ended in the middle of what was expected; with what had come.
    case ended(String)
    /// Nothing came for as long as the client was willing to wait.
    case silence(String)
    case notHTTP(String)
  }

  /// A response as it came, its body unchunked.
  package struct Response: Sendable {
    package var status: Int
    /// Names in lower case, in order.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    package var trailers: [(name: String, value: String)] = []

    package var text: String { String(decoding: body, as: UTF8.self) }

    package subscript(name: String) -> String? {
      fields.first { $0.name == name }?.value
    }
  }

  package static let patience: Int32 = 150

  package let descriptor: Int32
  private var received: [UInt8] = []
  private var isOpen = true

  /// Connects to a port of 127.0.0.1. A small `receiveBuffer` makes a slow reader.
  package init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure.system("socket", errno) }
    var seconds = timeval(tv_sec: Int(Self.patience), tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &seconds, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &seconds, size)
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
    }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafeBytes(of: &address) { bytes in
      connect(
        descriptor,
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        socklen_t(bytes.count)
      )
    }
    guard result == 0 else { throw Failure.system("connect", errno) }
  }

  /// Connects to a port of ::1; nil where there is no IPv6.
  package init?(ipv6Port port: UInt16) throws {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET6, kind, 0)
    guard descriptor >= 0 else { return nil }
    var seconds = timeval(tv_sec: Int(Self.patience), tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &seconds, size)
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = in6addr_loopback
    let result = withUnsafeBytes(of: &address) { bytes in
      connect(
        descriptor,
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        socklen_t(bytes.count)
      )
    }
    if result != 0, errno == EADDRNOTAVAIL || errno == ENETUNREACH { return nil }
    guard result == 0 else { throw Failure.system("connect", errno) }
  }

  /// Connects to a socket in the file system.
  package init(unix path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure.system("socket", errno) }
    var seconds = timeval(tv_sec: Int(Self.patience), tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &seconds, size)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = withUnsafeBytes(of: &address) { bytes in
      connect(
        descriptor,
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        socklen_t(bytes.count)
      )
    }
    guard result == 0 else { throw Failure.system("connect", errno) }
  }

  deinit { close() }

  package func close() {
    if isOpen { Glibc.close(descriptor) }
    isOpen = false
  }

  /// Ends the connection by a reset, as a client that died does.
  package func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  /// Says that nothing more will be sent; answers can still come.
  package func closeOutput() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  package func send(_ text: String) throws {
    try send(Array(text.utf8))
  }

  package func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...]
        .withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
      guard count > 0 else { throw Failure.system("send", errno) }
      sent += count
    }
  }

  /// Waits until the peer's system has everything that was sent, whether or not anybody reads it there.
  package func awaitReceipt() throws {
    // An acknowledgement may be held back for 40 ms.
    for _ in 0..<Self.patience * 1000 {
      if FileDescriptor(rawValue: descriptor).unacknowledgedBytes == 0 { return }
      usleep(1000)
    }
    throw Failure.silence("")
  }

  /// Sends what the system takes without waiting, and says how much that was: fewer bytes than
  /// given when the peer does not read.
  package func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...]
        .withUnsafeBytes {
          Glibc.send(
            descriptor,
            $0.baseAddress,
            $0.count,
            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
          )
        }
      guard count > 0 else { break }
      sent += count
    }
    return sent
  }

  /// Reads the next response; `toHead` if its request was a HEAD. Interim responses (1xx) are
  /// returned as responses of their own.
  package func response(toHead: Bool = false) throws -> Response {
    var response = try head()
    if toHead || response.status < 200 || [204, 304].contains(response.status) { return response }
    if response["transfer-encoding"] == "chunked" {
      while true {
        let line = try line()
        guard let size = Int(line, radix: 16) else { throw Failure.notHTTP(line) }
        if size == 0 { break }
        response.body += try bytes(size)
        _ = try self.line()
      }
      response.trailers = try fields()
    } else if let length = response["content-length"].flatMap({ Int($0) }) {
      response.body = try bytes(length)
    } else {
      response.body = try rest()
    }
    return response
  }

  /// Reads the head of the next response.
  package func head() throws -> Response {
    let statusLine = try line()
    let words = statusLine.split(separator: " ")
    guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw Failure.notHTTP(statusLine)
    }
    return Response(status: status, fields: try fields(), body: [])
  }

  /// Reads exactly `count` bytes.
  package func bytes(_ count: Int) throws -> [UInt8] {
    while received.count < count {
      guard try receive() else { throw Failure.ended(String(decoding: received, as: UTF8.self)) }
    }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  /// Reads to the end of the connection. A reset throws.
  package func rest() throws -> [UInt8] {
    while try receive() {}
    defer { received = [] }
    return received
  }

  /// Reads until the other side has closed the connection or reset it, as it does where it has left
  /// something unread.
  package func untilHungUp() throws -> String {
    do {
      while try receive() {}
    } catch Failure.system("recv", ECONNRESET) {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Whether nothing at all comes within `milliseconds`: no byte and no end.
  package func isSilent(for milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return received.isEmpty && poll(&entry, 1, milliseconds) == 0
  }

  /// Reads a line without its CR LF.
  package func line() throws -> String {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeFirst(end + 1) }
        guard end > 0, received[end - 1] == UInt8(ascii: "\r") else {
          throw Failure.notHTTP("bare LF")
        }
        return String(decoding: received[..<(end - 1)], as: UTF8.self)
      }
      guard try receive() else { throw Failure.ended(String(decoding: received, as: UTF8.self)) }
    }
  }

  private func fields() throws -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    while true {
      let line = try line()
      if line.isEmpty { return fields }
      guard let colon = line.firstIndex(of: ":") else { throw Failure.notHTTP(line) }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields.append((line[..<colon].lowercased(), String(value)))
    }
  }

  /// What one recv(2) brings when something is there.
  package func arrival() throws -> [UInt8] {
    if received.isEmpty { _ = try receive() }
    defer { received = [] }
    return received
  }

  /// Takes what has come, or waits for it; false at the end of the connection.
  private func receive() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0 {
      let cause = errno
      let soFar = String(decoding: received, as: UTF8.self)
      throw cause == EAGAIN ? Failure.silence(soFar) : Failure.system("recv", cause)
    }
    received += buffer[..<count]
    return count > 0
  }
}
