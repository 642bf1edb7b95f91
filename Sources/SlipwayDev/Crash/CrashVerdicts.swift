import SlipwayCore
import SlipwaySystem

/// Whose crash it was, and what is to become of those units.
struct CrashVerdicts {
  struct Verdict {
    var history: CrashHistory
    /// What is shown in the unit's place; nil if it is to be loaded again.
    var page: ErrorPage?
  }

  /// Only those that it is put down to.
  private(set) var units: [MountPlan.Unit: Verdict] = [:]

  /// Why units are held back; nil if none is.
  private(set) var reason: CrashHistory.Reason?

  init(_ crash: Crash, of state: HandoffState, _ plan: MountPlan) {
    let culprits = Self.culprits(crash, state, plan)
    for (index, unit) in plan.units.enumerated() where culprits.contains(index) {
      let known = state.units.first { $0.package == unit.package && $0.product == unit.product }
      var history = known?.crashes ?? CrashHistory()
      let verdict = history.crashed(
        at: crash.time,
        isLoading: crash.loading.contains(min(index, 63)),
        limit: state.configuration.crashLimit
      )
      var page: ErrorPage?
      if case .holdBack(let reason) = verdict {
        var report = CrashReport(crash)
        report.heldBack = reason
        page = ErrorPage(heldBack: report)
        self.reason = reason
      }
      units[unit] = Verdict(history: history, page: page)
    }
  }

  /// The units, by their numbers, that it may have been: the fewest that can be told.
  private static func culprits(
    _ crash: Crash,
    _ state: HandoffState,
    _ plan: MountPlan
  ) -> Set<Int> {
    guard let thread = crash.threads.first else { return Set(plan.units.indices) }
    if let loading = thread.loading { return [loading] }
    if let slot = thread.slot,
      let mount = crash.exchanges.first(where: { $0.slot == slot })?.mount,
      let unit = plan.unitOfMount.first(where: { $0.key.index == mount })?.value
    {
      return [unit.index]
    }
    for frame in thread.frames {
      guard let module = crash.modules.first(where: { $0.addresses.contains(frame) }),
        let unit = state.units.firstIndex(where: { $0.library == module.path })
      else { continue }
      return [unit]
    }
    if !crash.loading.isEmpty { return crash.loading }
    return Set(plan.units.indices)
  }
}
