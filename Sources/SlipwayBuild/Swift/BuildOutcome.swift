/// How a build ended.
package enum BuildOutcome: Sendable, Equatable {
  case succeeded(BuildSuccess)
  case failed(BuildFailure)
}

/// A library that is up to date.
package struct BuildSuccess: Sendable, Equatable {
  /// A file that the next build writes over or removes: copy it before loading.
  package var libraryPath: String

  /// Warnings of what was compiled this time; nothing is said about files left alone.
  package var diagnostics: [Diagnostic]
  package var took: Duration

  /// Nil of a build by SwiftPM.
  package var stages: BuildStages?

  package init(libraryPath: String, diagnostics: [Diagnostic], took: Duration) {
    self.libraryPath = libraryPath
    self.diagnostics = diagnostics
    self.took = took
  }
}

/// A build without a result.
package struct BuildFailure: Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    /// The compiler or the linker found errors.
    case diagnostics

    /// A signal ended `swift` itself, or a compiler that it had started.
    case terminated(signal: CInt)

    /// `swift build` gave up half-way, as it does when a signal ends a compiler for C.
    case brokenOff

    /// `swift build` failed and gave no reason that was understood.
    case exited(code: CInt)

    case couldNotStart(String)

    /// No `swift` in PATH.
    case toolMissing

    /// The package has no such product, or the product is not a dynamic library.
    case productMissing

    /// Package.swift does not compile, or does not describe a package.
    case manifest

    case diskFull
  }

  package var reason: Reason

  /// What was to be built.
  package var product: String

  /// Errors first.
  package var diagnostics: [Diagnostic]

  /// The end of what `swift build` printed.
  package var output: String
  package var took: Duration

  /// SwiftPM was not asked: its compiler said so.
  package var isReplay = false

  package init(
    reason: Reason,
    product: String,
    diagnostics: [Diagnostic] = [],
    output: String = "",
    took: Duration = .zero
  ) {
    self.reason = reason
    self.product = product
    self.diagnostics = diagnostics
    self.output = output
    self.took = took
  }
}
