import SlipwaySystem
import Testing

/// Which files a process executes.
@Suite(.timeLimit(.minutes(5)))
struct MappedModuleTests {
  @Test func linesOfMapsAreRead() {
    let text = """
      7f00a000-7f00b000 r-xp 00001000 08:01 1234                       /usr/lib/libc.so.6
      7f00c000-7f00d000 r-xp 00000000 00:00 0                          [vdso]
      7f00e000-7f00f000 r-xp 00002000 08:01 99                         /a path/with blanks.so (deleted)
      nonsense
      7f00b000-7f00a000 r-xp 00001000 08:01 1234                       /backwards
      """
    #expect(
      MappedModule.parse(text) == [
        MappedModule(
          addresses: 0x7f00_a000..<0x7f00_b000,
          offset: 0x1000,
          path: "/usr/lib/libc.so.6"
        ),
        MappedModule(
          addresses: 0x7f00_e000..<0x7f00_f000,
          offset: 0x2000,
          path: "/a path/with blanks.so (deleted)"
        ),
      ]
    )
  }

  @Test func thoseOfThisProcessAreFound() {
    let modules = MappedModule.current
    #expect(modules.contains { $0.path.contains("libc.so") })
    #expect(modules.allSatisfy { $0.path.hasPrefix("/") && !$0.addresses.isEmpty })
  }
}
