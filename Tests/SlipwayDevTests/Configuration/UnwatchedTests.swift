import SlipwayDev
import Testing

/// What a configuration keeps from being watched.
@Suite(.timeLimit(.minutes(5)))
struct UnwatchedTests {
  @Test func theLogsAreNotWatched() {
    var configuration = DevConfiguration(directory: "/app")
    configuration.ignore = ["data/"]
    #expect(configuration.unwatched == ["data/"])
    configuration.accessLog = LogConfiguration(file: "/app/logs/access.log")
    configuration.errorLog = LogConfiguration(file: "/app/my [log]")
    #expect(
      configuration.unwatched == [
        "data/", "access.log", "access.log.[0-9]*", #"my\ \[log]"#, #"my\ \[log].[0-9]*"#,
      ]
    )
  }
}
