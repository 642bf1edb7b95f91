package import Glibc
package import SystemPackage

extension FileDescriptor {
  /// Whose process opened the other end of a TCP connection within this machine; nil if the kernel
  /// knows of none, such as for a peer on another machine.
  ///
  /// The kernel lists the other end with its owner: proc(5), `/proc/net/tcp`. One without a process,
  /// because its program has closed it, is listed as root's; it is nobody's here.
  package var userOfPeer: uid_t? {
    guard
      case .tcp(let ourHost, let ourPort)? = BoundAddress(of: self),
      case .tcp(let peerHost, let peerPort)? = BoundAddress(ofPeer: self),
      let our = IPAddress(ourHost), let peer = IPAddress(peerHost)
    else { return nil }
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      // The first line names the columns.
      for line in WholeFile.text(at: table).split(separator: "\n").dropFirst() {
        guard let socket = SocketLine(line), socket.isOpen, socket.local == (peer, peerPort),
          socket.remote == (our, ourPort)
        else { continue }
        return socket.user
      }
    }
    return nil
  }
}

/// One line of `/proc/net/tcp`: `sl local_address rem_address st queues timer retransmits uid …`.
private struct SocketLine {
  let local: (IPAddress, UInt16)
  let remote: (IPAddress, UInt16)
  let isOpen: Bool
  let user: uid_t

  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    guard words.count > 9, let local = Self.address(words[1]), let remote = Self.address(words[2]),
      let user = uid_t(words[7]), let inode = UInt64(words[9])
    else { return nil }
    self.local = local
    self.remote = remote
    self.user = user
    isOpen = inode != 0
  }

  /// `0100007F:1267`: the address in words of 32 bits, each as this machine stores it.
  private static func address(_ text: Substring) -> (IPAddress, UInt16)? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
    var bytes: [UInt8] = []
    var rest = parts[0]
    while !rest.isEmpty {
      guard rest.count >= 8, let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      unsafe withUnsafeBytes(of: word) { unsafe bytes.append(contentsOf: $0) }
      rest = rest.dropFirst(8)
    }
    switch bytes.count {
    case 4: return (.v4(bytes.reduce(0) { $0 << 8 | UInt32($1) }), port)
    case 16: return (IPAddress(v6: bytes), port)
    default: return nil
    }
  }
}
