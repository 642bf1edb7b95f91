import Glibc
import SlipwaySystem
import Testing

/// What remains of a debugger server that was killed. Each in a process of its own: it is about
/// signals and about the program's text.
@Suite(.timeLimit(.minutes(5)))
struct LeftoverBreakpointTests {
  /// A function of a shared library, by its address.
  private typealias Function = @convention(c) () -> pid_t

  @Test func aFunctionWithALeftoverBreakpointReturnsItsValue() async {
    await #expect(processExitsWith: .success) {
      try LeftoverBreakpoints.heal()
      let address = try #require(dlsym(nil, "getppid"))
      let original = Text.read(at: address)
      Text.write(Text.breakpoint, at: address)
      guard Text.read(at: address) == Text.breakpoint else { exit(1) }
      errno = EDOM
      guard unsafeBitCast(address, to: Function.self)() == getppid() else { exit(2) }
      guard errno == EDOM else { exit(3) }
      exit(Text.read(at: address) == original ? 0 : 4)
    }
  }

  @Test func itIsHealedWhenManyThreadsRunIntoItAtOnce() async {
    await #expect(processExitsWith: .success) {
      try LeftoverBreakpoints.heal()
      let address = try #require(dlsym(nil, "getppid"))
      let expected = getppid()
      let number = Int(bitPattern: address)
      for _ in 0..<50 {
        Text.write(Text.breakpoint, at: address)
        let threads = try (0..<8)
          .map { _ in
            try NamedThread("caller") {
              let function = unsafeBitCast(
                UnsafeMutableRawPointer(bitPattern: number)!,
                to: Function.self
              )
              for _ in 0..<100 where function() != expected { exit(1) }
            }
          }
        for thread in threads { thread.join() }
      }
      exit(0)
    }
  }

  @Test func aTrapThatTheProgramMeansEndsIt() async {
    await #expect(processExitsWith: .signal(SIGTRAP)) {
      try LeftoverBreakpoints.heal()
      // No file stands behind it.
      let page = try #require(
        mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      )
      page.copyMemory(from: Text.breakpoint, byteCount: Text.breakpoint.count)
      mprotect(page, 4096, PROT_READ | PROT_EXEC)
      _ = unsafeBitCast(page, to: Function.self)()
      exit(0)
    }
  }

  @Test func aTrapThatIsNotOursGoesToWhoeverHandledItBefore() async {
    await #expect(processExitsWith: .exitCode(7)) {
      signal(SIGTRAP) { _ in _exit(7) }
      try LeftoverBreakpoints.heal()
      raise(SIGTRAP)
      exit(0)
    }
  }
}

/// The program's own text, as a debugger reads and writes it.
private enum Text {
  #if arch(arm64)
    static let breakpoint: [UInt8] = [0x00, 0x00, 0x20, 0xd4]
  #else
    static let breakpoint: [UInt8] = [0xcc]
  #endif

  static func read(at address: UnsafeMutableRawPointer) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: address, count: breakpoint.count))
  }

  static func write(_ bytes: [UInt8], at address: UnsafeMutableRawPointer) {
    let memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC)
    pwrite(memory, bytes, bytes.count, off_t(Int(bitPattern: address)))
    close(memory)
  }
}
