import CSlipwayShims
import SystemPackage

/// Breakpoint instructions that a debugger server which was killed has left behind: SIGTRAP when
/// they are reached, with nobody to take it.
package enum LeftoverBreakpoints {
  /// From now on the original instruction is put back where one of them is reached, and the program
  /// goes on as if nothing had been. Every other SIGTRAP goes to whoever handled it before.
  ///
  /// Not for a process with a crash guard, which does the same.
  package static func heal() throws(SystemError) {
    guard slipway_heal_breakpoints() == 0 else { throw .call("sigaction", failedWith: .last) }
  }
}
