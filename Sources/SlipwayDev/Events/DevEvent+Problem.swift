import SlipwayCore
import SlipwaySystem

extension DevEvent {
  /// Something the user should know; the server lives on.
  static func problem(_ error: any Error) -> DevEvent {
    let problem = Problem(error)
    return .problem(code: problem.code, message: problem.message, remedy: problem.remedy)
  }
}

extension ErrorPage {
  /// What is shown in place of an application that cannot serve for a reason outside of it.
  init(problem error: any Error) {
    let problem = Problem(error)
    self.init(
      code: problem.code,
      status: 500,
      title: "Not served",
      message: problem.message,
      remedy: problem.remedy,
      healsByItself: true
    )
  }
}

/// What there is to say about any error.
private struct Problem {
  let code: String
  let message: String
  let remedy: String?

  init(_ error: any Error) {
    let reportable = error as? any ReportableError
    code = reportable?.stableCode ?? "SW120"
    message = reportable?.message ?? "\(error)"
    remedy = reportable?.remedy
  }
}
