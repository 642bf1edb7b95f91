import SlipwayCore
import SlipwaySystem

/// What goes wrong with HTTPS, as the server sees it.
///
/// Two errors are equal if their codes are.
struct FrontError: ReportableError, Equatable {
  let stableCode: String
  let message: String
  let remedy: String?

  static func == (lhs: Self, rhs: Self) -> Bool { lhs.stableCode == rhs.stableCode }
}

extension FrontError {
  /// What `slipway-tls` itself has to say.
  init(_ report: FrontReport) {
    stableCode = report.code
    message = report.message
    remedy = report.remedy
  }

  static func ended(_ end: HelperProcess.End) -> Self {
    let how =
      switch end {
      case .exited(let status): "has ended with status \(status)"
      case .terminated(let signal): "was ended by signal \(signal)"
      case .lost: "has ended"
      }
    return Self(
      stableCode: "SW144",
      message: "The process that speaks HTTPS, slipway-tls, \(how).",
      remedy: "It is started again. The connections it had are lost, new ones wait."
    )
  }

  static func notStarted(because reason: String) -> Self {
    Self(
      stableCode: "SW144",
      message: "The process that speaks HTTPS, slipway-tls, does not start: \(reason).",
      remedy: "It is tried again. See that it comes from the same build as slipway."
    )
  }

  static func notInstalled(at path: String) -> Self {
    let isRelease = path.contains("/release/")
    return Self(
      stableCode: "SW145",
      message: "HTTPS needs slipway-tls, and there is no \(path.shownSafely).",
      remedy: "Build it with “swift build\(isRelease ? " --configuration release" : "") --product "
        + "slipway-tls”, or install it beside slipway."
    )
  }
}
