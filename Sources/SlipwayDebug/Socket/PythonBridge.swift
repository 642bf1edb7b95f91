import Glibc
import SlipwaySystem
import SystemPackage

/// Passes bytes between an editor and the adapter of the Python debugger, until one of them has gone.
///
/// In this process, unlike the relay of LLDB: while Python is stopped at a breakpoint the threads of Swift
/// go on. With the process image it ends; the adapter of the next generation is another one.
enum PythonBridge {
  /// Connects to the adapter and starts a thread that passes bytes.
  static func start(
    _ editor: consuming OwnedDescriptor,
    port: UInt16
  ) throws(Errno) {
    let adapter = OwnedDescriptor(try connect(to: port))
    let (one, other) = (editor.release(), adapter.release())
    do throws(Errno) {
      try NamedThread.detach("slipway-dap") {
        pass(one, other)
        try? one.close()
        try? other.close()
      }
    } catch {
      try? one.close()
      try? other.close()
      throw error
    }
  }

  private static func connect(to port: UInt16) throws(Errno) -> FileDescriptor {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let number = try Errno.check { socket(AF_INET, kind, 0) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    do throws(Errno) {
      _ = try Errno.check {
        unsafe withUnsafePointer(to: &address) { pointer in
          unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
      }
    } catch {
      close(number)
      throw error
    }
    return FileDescriptor(rawValue: number)
  }

  private static func pass(_ one: FileDescriptor, _ other: FileDescriptor) {
    // The editor's was made for a loop that must not wait.
    for descriptor in [one, other] {
      let flags = fcntl(descriptor.rawValue, F_GETFL)
      _ = fcntl(descriptor.rawValue, F_SETFL, flags & ~O_NONBLOCK)
    }
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      var polled = [one, other].map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
      let count = unsafe poll(&polled, 2, -1)
      if count < 0, errno != EINTR { return }
      guard count > 0 else { continue }
      for (index, target) in [other, one].enumerated() where polled[index].revents != 0 {
        let source = FileDescriptor(rawValue: polled[index].fd)
        let read = unsafe buffer.withUnsafeMutableBytes { unsafe try? source.read(into: $0) } ?? 0
        guard read > 0, (try? target.writeAll(buffer[..<read])) != nil else { return }
      }
    }
  }
}
