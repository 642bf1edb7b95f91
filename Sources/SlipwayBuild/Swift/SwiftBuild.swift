package import Logging
import SlipwaySystem

/// Builds a dynamic library product with `swift build`.
package struct SwiftBuild: Sendable {
  private let toolchain: Toolchain
  private let logger: Logger

  package init(toolchain: Toolchain = Toolchain(), logger: Logger) {
    self.toolchain = toolchain
    self.logger = logger
  }

  /// Builds once. `progress` is called on a thread of the build's own.
  ///
  /// Cancelling the task ends `swift build` and every process that it has started, waits for them,
  /// and throws. Everything runs on the caller's executor and on a thread of its own, never on the
  /// global executor. Two builds in one scratch directory wait for one another.
  package func build(
    _ request: BuildRequest,
    progress: @escaping @Sendable (BuildProgress) -> Void
  ) async throws(CancellationError) -> BuildOutcome {
    let start = ContinuousClock.now
    guard !Task.isCancelled else { throw CancellationError() }
    if let failure = obstacle(to: request) { return .failed(failure) }
    let output = BuildOutput()
    let end: ChildProcess.End
    do {
      end = try await toolchain.child(request.arguments, in: request.packageDirectory)
        .run {
          if let step = output.consume($0) { progress(step) }
        }
    } catch {
      let reason = BuildFailure.Reason.couldNotStart(error.message)
      return .failed(BuildFailure(reason: reason, product: request.product))
    }
    guard !Task.isCancelled else { throw CancellationError() }
    let took = ContinuousClock.now - start
    let outcome = Self.judge(end, output, request, took).withFixIts(of: request)
    logger.debug(
      "Built",
      metadata: [
        "package": "\(request.packageDirectory)", "product": "\(request.product)",
        "took": "\(took)", "end": "\(end)",
      ]
    )
    return outcome
  }

  /// What can be seen without starting anything.
  private func obstacle(to request: BuildRequest) -> BuildFailure? {
    guard toolchain.swift != nil else {
      return BuildFailure(reason: .toolMissing, product: request.product)
    }
    // Without this, SwiftPM would build whatever package lies in a directory above.
    guard FileStamp(path: "\(request.packageDirectory)/Package.swift") != nil else {
      let error = BuildError.noManifest(in: request.packageDirectory)
      let diagnostic = Diagnostic(severity: .error, message: error.message)
      return BuildFailure(reason: .manifest, product: request.product, diagnostics: [diagnostic])
    }
    return nil
  }

  static func judge(
    _ end: ChildProcess.End,
    _ output: BuildOutput,
    _ request: BuildRequest,
    _ took: Duration
  ) -> BuildOutcome {
    let exitCode: CInt? = if case .exited(let code) = end { code } else { nil }
    let (findings, tail) = output.finish(failed: exitCode.map { $0 != 0 } ?? (end != .lost))
    func failure(_ reason: BuildFailure.Reason) -> BuildOutcome {
      .failed(
        BuildFailure(
          reason: reason,
          product: request.product,
          diagnostics: findings.diagnostics,
          output: tail,
          took: took
        )
      )
    }
    if exitCode == 0 && !findings.saysCancelled || end == .lost && findings.saysComplete {
      guard let library = ProductLocator.library(of: request) else {
        return failure(.productMissing)
      }
      return .succeeded(
        BuildSuccess(libraryPath: library, diagnostics: findings.diagnostics, took: took)
      )
    }
    if findings.isDiskFull { return failure(.diskFull) }
    if findings.isProductUnknown { return failure(.productMissing) }
    if findings.isManifestInvalid { return failure(.manifest) }
    if case .terminated(let signal) = end { return failure(.terminated(signal: signal)) }
    if findings.isExplained { return failure(.diagnostics) }
    if let signal = findings.compilerSignal { return failure(.terminated(signal: signal)) }
    if findings.saysCancelled { return failure(.brokenOff) }
    return failure(.exited(code: exitCode ?? -1))
  }
}

extension Toolchain {
  /// `swift` with `arguments`, in `directory`. To be called only when there is a `swift`.
  func child(_ arguments: [String], in directory: String) -> ChildProcess {
    ChildProcess(
      executable: swift ?? "swift",
      arguments: arguments,
      environment: environment,
      directory: directory
    )
  }
}
