import SlipwayCore
import SlipwaySystem
import SlipwayWSGI

/// Imports Python applications into this process image. Called on the threads that load.
struct PythonLoader: Sendable {
  var applications: [MountPlan.Unit: WSGIOptions]
  var environment: [String: String]

  /// Where it is kept which interpreter there is.
  var cacheFile: @Sendable (MountPlan.Unit) -> String?

  let order = ImportOrder()
  var editor: EditorLink?
  var events: EventStream

  /// Called with the files of all modules, when there are more than before, and the time before they
  /// were imported: nanoseconds since the epoch.
  var onImport: @Sendable (MountPlan.Unit, [String], Int64) -> Void

  func options(of unit: MountPlan.Unit) -> WSGIOptions? { applications[unit] }

  /// - Parameter turn: of `order`.
  func load(
    _ options: WSGIOptions,
    of unit: MountPlan.Unit,
    _ turn: ImportTurn
  ) throws(WSGIError) -> WSGIApplication {
    let began = WallClock.nanoseconds
    return try WSGIApplication.load(
      options,
      InterpreterLocator(options, environment: environment, cacheFile: cacheFile(unit)),
      turn,
      present: { [editor] in $0.linked(by: editor) },
      log: { [events] message in
        events.post(.applicationLog(level: .warning, label: "wsgi", message: message))
      },
      onImport: { [onImport] in onImport(unit, $0, began) }
    )
  }
}
