import SlipwaySystem
import SlipwayWSGI

/// Python that starts beside everything else that a generation begins with: it takes the longest.
struct PythonAhead: Sendable {
  /// Before that nothing was imported: nanoseconds since the epoch.
  let began = WallClock.nanoseconds
  private let isSafe = Inbox<Void>()

  /// nil if no application is going to be imported, or if one may have crashed: then it is for the loader
  /// to say which is being loaded when that happens again.
  init?(
    _ plan: MountPlan,
    _ foundations: Generation.Foundations,
    after inheritance: Inheritance?
  ) {
    guard inheritance?.crash == nil else { return nil }
    let heldBack = (inheritance?.state.units ?? []).filter { $0.isHeldBack ?? false }
      .map { MountPlan.Unit(package: $0.package, product: $0.product) }
    guard
      let unit = plan.units.first(where: { plan.wsgi[$0] != nil && !heldBack.contains($0) }),
      let options = plan.wsgi[unit]
    else { return nil }
    WSGIApplication.startPython(
      options,
      InterpreterLocator(options, of: unit, foundations),
      codeFile: foundations.directory.gatewayCode,
      isSafe: isSafe
    )
  }

  /// From now on a crash is survived.
  func goOn() { isSafe.send(()) }
}

extension InterpreterLocator {
  init(_ options: WSGIOptions, of unit: MountPlan.Unit, _ foundations: Generation.Foundations) {
    self.init(
      options,
      environment: foundations.environment,
      cacheFile: foundations.directory.file("python", for: unit)
    )
  }
}
