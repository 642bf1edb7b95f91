import SlipwayCore
import SlipwaySystem
import SlipwayWSGI

/// Imports Python applications into this process image. Called on the threads that load.
struct PythonLoader: Sendable {
  var applications: [MountPlan.Unit: WSGIOptions]

  /// Finds the interpreter of a unit.
  var locator: @Sendable (MountPlan.Unit, WSGIOptions) -> InterpreterLocator

  /// Where the gateway's Python source is kept compiled.
  var codeFile: String

  /// When Python began to start, if it did so ahead: nanoseconds since the epoch.
  var beganAhead: Int64?

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
    let began = beganAhead ?? WallClock.nanoseconds
    return try WSGIApplication.load(
      options,
      locator(unit, options),
      codeFile: codeFile,
      turn,
      present: { [editor] in $0.linked(by: editor) },
      log: { [events] message in
        events.post(.applicationLog(level: .warning, label: "wsgi", message: message))
      },
      onImport: { [onImport] in onImport(unit, $0, began) }
    )
  }
}
