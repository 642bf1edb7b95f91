import Glibc
import SlipwaySystem
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ThreadExecutorTests {
  @Test func runsAlthoughTheCooperativePoolIsBlocked() async {
    await #expect(processExitsWith: .exitCode(5)) {
      let executor = ThreadExecutor(name: "test")
      for _ in 0..<64 {
        Task.detached { while true { pause() } }
      }
      Task(executorPreference: executor) {
        await Task.yield()
        exit(5)
      }
      while true { pause() }
    }
  }
}
