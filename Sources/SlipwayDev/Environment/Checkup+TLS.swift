import FoundationEssentials
import Glibc
import SlipwayCore

extension Checkup {
  /// Whether HTTPS can be spoken, if it is wanted.
  func checkTLS() -> [Finding] {
    let subject = "https"
    guard configuration.usesTLS else { return [] }
    let program = FrontSetting.executable
    guard access(program, X_OK) == 0 else {
      return [Finding(.fail, subject, FrontError.notInstalled(at: program))]
    }
    var arguments = [program, "check"]
    /// Where the certificate is made by the server, which replaces one that is no good.
    var project: String?
    switch configuration.certificate {
    case .files(let certificate, let key):
      arguments += [certificate, key]
    case .project(let directory):
      // Its names are those that slipway-tls gives them: see ProjectCertificate.
      let authority = directory + "/authority.pem"
      project = directory
      arguments += [directory + "/certificate.pem", directory + "/certificate-key.pem", authority]
    }
    guard
      case .success(let outcome) = ChildProcess.run(
        arguments,
        keepsOutput: true,
        within: .seconds(20)
      ),
      let report = try? JSONDecoder().decode(FrontReport.self, from: Data(outcome.output.utf8))
    else {
      return [Finding(.fail, subject, FrontError.notStarted(because: "it does not answer"))]
    }
    if let project, report.kind != .good {
      return [.ok(subject, "a certificate will be made in \(project)")]
    }
    switch report.kind {
    case .good:
      return [
        Finding(verdict: .ok, subject: subject, message: report.message, remedy: report.remedy)
      ]
    case .problem: return [Finding(.warn, subject, FrontError(report))]
    case .failed, .serving, .notice: return [Finding(.fail, subject, FrontError(report))]
    }
  }
}

extension Finding {
  fileprivate init(_ verdict: Verdict, _ subject: String, _ error: FrontError) {
    self.init(
      verdict: verdict,
      subject: subject,
      message: "\(error.message) [\(error.stableCode)]",
      remedy: error.remedy
    )
  }
}
