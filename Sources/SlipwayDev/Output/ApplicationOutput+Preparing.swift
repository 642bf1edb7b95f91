import SlipwayCore
import SlipwaySystem
import SystemPackage

extension ApplicationOutput {
  /// Where the server's own lines go, and what becomes of the application's.
  struct Preparation {
    /// nil if the application's output is left alone.
    var output: ApplicationOutput?
    /// Why it is, although it should not be.
    var problem: LogError?

    /// Where standard output goes.
    var standardOutput: FileDescriptor { output?.streams.output.terminal ?? .standardOutput }

    /// Where standard error goes.
    var standardError: FileDescriptor { output?.streams.error.terminal ?? .standardError }
  }

  /// The streams that the previous generation left. To be called before there is a second thread.
  static func inherited() -> OutputStreams? {
    ProcessEnvironment.take(OutputStreams.variable).flatMap { OutputStreams(inheriting: $0) }
  }

  /// Leads descriptors 1 and 2 through the server, or leaves them alone, as the configuration has
  /// it. To be called before there is a second thread.
  static func prepare(
    _ configuration: DevConfiguration,
    inherited: OutputStreams?
  ) -> Preparation {
    guard configuration.applicationOutput == .prefixed else {
      if let inherited { giveBack(inherited) }
      return Preparation()
    }
    OutputStreams.writeByLines()
    do throws(SystemError) {
      let streams: OutputStreams
      if let inherited { streams = inherited } else { streams = try OutputStreams.capture() }
      let output = try ApplicationOutput(
        streams,
        source: MountPlan(configuration).nameOfOutput,
        passesOutput: configuration.logFormat == .text && !streams.haveOneDestination
      )
      if inherited != nil { return Preparation(output: output) }
      do throws(SystemError) {
        try streams.startGuard(
          source: output.source,
          isJSON: configuration.logFormat == .json,
          passesOutput: output.passesOutput
        )
        return Preparation(output: output)
      } catch {
        return Preparation(output: output, problem: .noGuard(error))
      }
    } catch {
      return Preparation(problem: .outputNotCaptured(error))
    }
  }

  /// The configuration no longer wants lines: what is left is written as it is.
  private static func giveBack(_ streams: OutputStreams) {
    streams.restore()
    for stream in [streams.output, streams.error] {
      repeat {
        _ = try? stream.terminal.writeAll(stream.journaled())
        stream.keep([])
      } while stream.collect()
    }
    for descriptor in streams.descriptors { try? descriptor.close() }
  }
}

extension MountPlan {
  /// What output is called that has been printed by one of the applications: they share descriptors
  /// 1 and 2, so where there are several nobody can tell which.
  var nameOfOutput: String {
    switch units.count {
    case 0: "slipway"
    case 1: unitOfMount.keys.map(\.prefix).sorted().joined(separator: ", ")
    default:
      units.map { $0.product ?? String($0.package.split(separator: "/").last ?? "application") }
        .joined(separator: ", ")
    }
  }
}
