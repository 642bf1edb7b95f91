import Glibc
import SlipwayTestSupport
import Testing

/// Each in a process of its own, which becomes another program.
@Suite(.timeLimit(.minutes(5)))
struct ProcessImageTests {
  @Test(arguments: [
    "descriptors",  // keeps the process identifier, and no descriptors but those it was told to
    "environment",  // has the environment that was kept, without what was set later
    "missing",  // goes on as it was when the program is missing
    "signal",  // what arrives during the replacement reaches the next image
    "unheard",  // so does what arrived before and was not dealt with
    "thread",  // and what another thread was given
    "nohup",  // a hang-up that was to be ignored stays ignored
    "memory",  // leaves nobody behind who frees its memory
  ])
  func becomesTheNextProgram(scenario: String) throws {
    #expect(try run(BuiltProducts.path(of: "image-probe"), scenario) == 0)
  }

  @Test func whatOneImageIgnoredEndsTheNext() throws {
    #expect(try run(BuiltProducts.path(of: "image-probe"), "ignored") == 128 + SIGUSR1)
  }

  /// Runs a program to its end. Returns its exit code, or 128 and the signal that ended it.
  private func run(_ program: String, _ argument: String) throws -> CInt {
    var child: pid_t = 0
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(argument), nil]
    defer { for argument in arguments { free(argument) } }
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    let result = posix_spawn(&child, program, nil, nil, arguments, &environment)
    try #require(result == 0)
    var status: CInt = 0
    let ended = waitpid(child, &status, 0)
    try #require(ended == child)
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }
}
