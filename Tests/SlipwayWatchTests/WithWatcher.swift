import Logging
import SlipwayTestSupport
import SlipwayWatch

/// Runs `body` beside a watcher of the directory, which is stopped afterwards. What `start` reports
/// is forgotten first.
func withWatcher(
  of directory: ScratchDirectory,
  configure: (inout WatchConfiguration) -> Void = { _ in },
  previous: TreeSnapshot? = nil,
  _ body: (FileWatcher, ReportCollector) throws -> Void
) throws {
  var configuration = WatchConfiguration(
    roots: [WatchRoot(directory: directory.path, reason: "test")]
  )
  configure(&configuration)
  let reports = ReportCollector()
  let watcher = FileWatcher(
    configuration,
    previous: previous,
    logger: Logger(label: "test"),
    report: reports.receive
  )
  try watcher.start()
  defer { watcher.stop() }
  if previous == nil { reports.clear() }
  try body(watcher, reports)
}
