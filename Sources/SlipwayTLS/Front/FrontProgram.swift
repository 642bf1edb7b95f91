import FoundationEssentials
import Glibc
package import SlipwayCore
import SlipwaySystem
package import SystemPackage

/// The whole of `slipway-tls`, from its order to its end.
package struct FrontProgram {
  private let control: FrontControl

  package init(control descriptor: FileDescriptor) {
    control = FrontControl(descriptor)
  }

  /// Serves until the server closes its end of the control descriptor. Returns the exit code.
  package func run() -> Int32 {
    // The server may be gone when it is told something.
    signal(SIGPIPE, SIG_IGN)
    do throws(TLSError) {
      let order = try control.readOrder()
      let listeners = (0..<order.listenerCount)
        .map { FileDescriptor(rawValue: FrontOrder.control + 1 + Int32($0)) }
      let (pair, naming) = try certificate(for: order, listeners)
      let front = try TLSFront(order, certificate: pair, naming: naming, report: control.send)
      try front.serve(listeners)
      control.send(FrontReport(.serving))
      control.awaitEnd()
      return 0
    } catch {
      control.send(FrontReport(.failed, error))
      return 1
    }
  }

  /// Says on one line whether the files can be used; for `slipway check`.
  package static func check(_ pair: CertificatePair, authority: String?) -> FrontReport {
    do throws(TLSError) {
      let loaded = try pair.load()
      if let warning = loaded.warning { return FrontReport(.problem, warning) }
      let names = loaded.names.joined(separator: ", ")
      return FrontReport(
        .good,
        message: "the certificate is for \(names), until \(loaded.expires.day)",
        remedy: authority.map { "Browsers trust it once they trust \($0)." }
      )
    } catch {
      return FrontReport(.failed, error)
    }
  }

  private func certificate(
    for order: FrontOrder,
    _ listeners: [FileDescriptor]
  ) throws(TLSError) -> (CertificatePair, NamedCertificates?) {
    switch order.certificate {
    case .files(let certificate, let key):
      return (CertificatePair(certificate: certificate, key: key), nil)
    case .project(let directory):
      let project = ProjectCertificate(directory: directory)
      var names = CertificateNames.loopback
      let machine = MachineNames.current
      for listener in listeners {
        guard case .tcp(let host, _)? = BoundAddress(of: listener) else { continue }
        names.add(boundTo: host, machine: machine)
      }
      if try project.ensure(for: names) {
        control.send(FrontReport(.notice, message: Self.howToTrust(project.authority)))
      }
      return (project.pair, project.namedCertificates(for: names))
    }
  }

  static func howToTrust(_ authority: String) -> String {
    "Browsers trust this server once they trust its authority, \(authority): sudo trust anchor FILE "
      + "(Fedora, Arch), certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n slipway -i FILE (Chromium), "
      + "curl --cacert FILE. It vouches for this machine only"
  }
}
