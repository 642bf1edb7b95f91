import FoundationEssentials
import Glibc
import SlipwayCore
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
      let pair = try certificate(for: order, listeners)
      let front = try TLSFront(order, certificate: pair, report: control.send)
      try front.serve(listeners)
      control.send(FrontReport(.serving))
      control.awaitEnd()
      return 0
    } catch {
      control.send(FrontReport(.failed, error))
      return 1
    }
  }

  private func certificate(
    for order: FrontOrder,
    _ listeners: [FileDescriptor]
  ) throws(TLSError) -> CertificatePair {
    switch order.certificate {
    case .files(let certificate, let key):
      return CertificatePair(certificate: certificate, key: key)
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
      return project.pair
    }
  }

  static func howToTrust(_ authority: String) -> String {
    "Browsers trust this server once they trust its authority, \(authority): sudo trust anchor FILE "
      + "(Fedora, Arch), certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n slipway -i FILE (Chromium), "
      + "curl --cacert FILE. It vouches for this machine only"
  }
}
