import Logging
import SlipwayCore
import SlipwayNative
import SlipwaySystem
import SlipwayWSGI
import SystemPackage

/// Loads libraries into this process image, each on a thread of its own: an application's
/// initialiser may take its time, or never return.
struct Loader: Sendable {
  var generation: Int
  var events: EventStream
  /// Where it is noted that a unit is being loaded; nil if a crash is the end anyway.
  var area: CrashArea?

  var python: PythonLoader

  /// Says on the page of a failure what may mend it. Blocks; called on the thread that loads.
  var advise: @Sendable (ErrorPage, MountPlan.Unit) -> ErrorPage

  /// `id` is the unit's number. Python applications are imported in the order of the calls. `completion` is
  /// called on the thread that loads; here if there is no room for one more thread.
  func load(
    _ library: String,
    of unit: MountPlan.Unit,
    _ id: UnitID,
    completion: @escaping @Sendable (Result<any HostedApplication, any Error>) -> Void
  ) {
    let application = python.options(of: unit).map { ($0, python.order.turn(of: $0)) }
    do throws(Errno) {
      try NamedThread.detach("slipway-load") {
        completion(
          Result {
            try CrashGuard.withLoading(id.index, of: area) { () throws -> any HostedApplication in
              if let (options, turn) = application {
                return try python.load(options, of: unit, turn)
              }
              return try NativeApplication.load(
                library: library,
                product: unit.product ?? library,
                generation: UInt32(clamping: generation),
                directory: unit.package,
                log: { level, label, message in
                  let level = DevEvent.LogLevel(level)
                  events.post(.applicationLog(level: level, label: label, message: message))
                }
              )
            }
          }
        )
      }
    } catch {
      application?.1.pass()
      completion(.failure(SystemError.call("pthread_create", failedWith: error)))
    }
  }

  /// What is shown in place of an application that could not be loaded.
  func page(for error: any Error, of unit: MountPlan.Unit) -> ErrorPage {
    if let error = error as? WSGIError { return error.page.linked(by: python.editor) }
    return advise((error as? NativeError)?.page ?? ErrorPage(problem: error), unit)
  }
}
