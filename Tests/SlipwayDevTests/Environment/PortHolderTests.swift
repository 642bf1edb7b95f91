import Glibc
import SlipwayDev
import SystemPackage
import Testing

/// Who holds a port.
@Suite(.timeLimit(.minutes(5)))
struct PortHolderTests {
  @Test func findsTheProcessThatListens() throws {
    let socket = try LoopbackListener()
    let holder = PortHolder.find(port: socket.port)
    #expect(holder?.pid == getpid())
    #expect(holder?.command.isEmpty == false)
    let error = EnvironmentError.cannotListen(
      on: .tcp(host: "127.0.0.1", port: socket.port),
      errno: EADDRINUSE
    )
    #expect(error.message.hasPrefix("Port \(socket.port) is taken by PID \(getpid()) ("))
    #expect(error.stableCode == "SW110")
  }

  @Test(arguments: [
    ("  0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 77 1", [UInt64(77)]),
    ("  0: 00000000000000000000000001000000:1F90 0:0 0A 0:0 00:0 0 0 0 78 1", [78]),
    ("  0: 0100007F:1F90 00000000:0000 01 0:0 00:0 0 0 0 77 1", []),
    ("  0: 0100007F:1F91 00000000:0000 0A 0:0 00:0 0 0 0 77 1", []),
    ("  0: 0100007F:11F90 00000000:0000 0A 0:0 00:0 0 0 0 77 1", []),
    ("  0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 99999999999999999999999 1", []),
    ("  0: 0100007F:1F90 00000000:0000 0A", []), (":::", []), ("", []), ("\u{0}\u{0}", []),
  ])
  func readsTheTableWithoutTrustingIt(_ line: String, _ inodes: [UInt64]) {
    #expect(PortHolder.listeningSockets(in: "header\n\(line)\n", port: 8080) == Set(inodes))
  }
}

/// A TCP socket that listens on a free port of 127.0.0.1.
private struct LoopbackListener: ~Copyable {
  let descriptor: CInt
  let port: Int

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, size) | listen(descriptor, 1)
          | getsockname(descriptor, generic, &size)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard result == 0 else { throw Errno(rawValue: errno) }
  }

  deinit { close(descriptor) }
}
