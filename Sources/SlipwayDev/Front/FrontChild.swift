import FoundationEssentials
import SlipwayCore
import SlipwaySystem
import SystemPackage

/// One run of `slipway-tls`, and the descriptor that is shared with it.
struct FrontChild: Sendable {
  let process: HelperProcess
  /// Closed by `end`.
  let control: FileDescriptor
  let began: ContinuousClock.Instant

  /// One that the previous generation has started.
  init(inherited process: HelperProcess, control: FileDescriptor) {
    self.process = process
    self.control = control
    began = .now
    control.setClosedOnExec(true)
  }

  /// Starts it, and gives it its order.
  init(_ setting: FrontSetting, backend: FileDescriptor) throws(FrontError) {
    try setting.checkExecutable()
    do {
      let (ours, theirs) = try FileDescriptor.connectedPair()
      defer { try? theirs.close() }
      do {
        // Before there is a process: much less than the socket's buffer, so this does not block.
        ControlLines.send(try JSONEncoder().encode(setting.order(backend: backend)), over: ours)
        process = try HelperProcess(
          setting.executable,
          ["front"],
          inheriting: [theirs] + setting.listeners
        )
      } catch {
        try? ours.close()
        throw error
      }
      control = ours
      began = .now
    } catch {
      throw .notStarted(because: (error as? any ReportableError)?.message ?? "\(error)")
    }
  }

  /// What it has reported since the last reading; nil when it has ended. Blocks while there is
  /// nothing to read.
  func read(into lines: inout LineSplitter) -> [FrontReport]? {
    ControlLines.read(from: control, into: &lines)?
      .compactMap { try? JSONDecoder().decode(FrontReport.self, from: Data($0.utf8)) }
  }

  /// Waits for the end of one that has ended, or is to: blocks for an instant. To be called once.
  func end() -> HelperProcess.End {
    process.kill()
    let end = process.collect()
    try? control.close()
    return end
  }
}
