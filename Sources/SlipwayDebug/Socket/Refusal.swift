package import SlipwaySystem
import SystemPackage

/// Turning away who cannot be served, in words that its program shows, where it can show any.
package struct Refusal: Sendable {
  /// One sentence.
  let reason: String

  package init(_ reason: String) {
    self.reason = reason
  }

  /// Answers the first bytes of a connection, and closes it. Never blocks: what does not fit into the
  /// socket's buffer is not sent.
  package func send(over connection: consuming OwnedDescriptor) {
    let bytes = connection.descriptor.peek(upTo: DebugClient.enoughBytes) ?? []
    switch DebugClient.recognize(bytes) {
    case .http:
      write(http, to: connection.descriptor)
    case .client(.dap):
      if case .message(let message, _) = DAPMessage.first(in: bytes) {
        write(message.refusal(because: reason), to: connection.descriptor)
      }
    // In gdb-remote there is no text that a client would show: it says that the connection was shut
    // down. gdb hangs when it is sent an error.
    case .client(.lldb), .client(.gdb), .undecided, .unknown:
      break
    }
    // Else close(2) would reset the connection, for there is something unread, and the peer could
    // lose what it was sent.
    connection.descriptor.shutDownWriting()
    connection.descriptor.discardUnread(upTo: 1 << 20)
  }

  /// One line of text for people who open the port in a browser, and for the pages that try to.
  private var http: [UInt8] {
    let text = "This is the debug socket of Slipway: \(reason)\n"
    return Array(
      """
      HTTP/1.1 403 Forbidden\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Length: \(text.utf8.count)\r
      Cross-Origin-Resource-Policy: same-origin\r
      X-Content-Type-Options: nosniff\r
      Connection: close\r
      \r
      \(text)
      """
      .utf8
    )
  }

  private func write(_ bytes: [UInt8], to descriptor: FileDescriptor) {
    _ = try? unsafe bytes.withUnsafeBytes { unsafe try descriptor.write($0) }
  }
}

extension FileDescriptor {
  /// Reads and forgets what has been received, up to about `limit` bytes. The descriptor does not
  /// block.
  fileprivate func discardUnread(upTo limit: Int) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var count = 0
    while count < limit,
      let read = try? unsafe chunk.withUnsafeMutableBytes({ unsafe try self.read(into: $0) }),
      read > 0
    {
      count += read
    }
  }
}
