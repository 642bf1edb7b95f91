import ArgumentParser
import SlipwayDev

/// `slipway crashes`: what has crashed of late?
struct CrashesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crashes",
    abstract: "Show the last crashes of an application.",
    discussion: """
      Reads .slipway/crashes in the served directory, where the server keeps the last ones, each \
      as JSON and as text.

        slipway crashes          the last one in full, those before it in a line each
        slipway crashes --all    all of them in full
      """
  )

  @Argument(help: "The served directory. (default: .)")
  var path = "."

  @Flag(help: "Show all of them in full.")
  var all = false

  func run() throws {
    let reports = CrashStore(state: path + "/.slipway").reports
    guard let last = reports.first else { return print("No crash is recorded.") }
    for report in all ? reports : [last] { print(report.text) }
    guard !all else { return }
    for report in reports.dropFirst() { print("\(report.time)  \(report.title)") }
  }
}
