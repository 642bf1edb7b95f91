import FoundationEssentials
import Glibc
import SlipwayCore
import SlipwaySystem
import SlipwayTLS
import SystemPackage

// Started by slipway, by nobody else: as the front, with the control descriptor and the listening
// sockets; or to check a certificate.
let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("front", 1):
  exit(FrontProgram(control: FileDescriptor(rawValue: FrontOrder.control)).run())
case ("check", 3...4):
  let report = FrontProgram.check(
    CertificatePair(certificate: arguments[1], key: arguments[2]),
    authority: arguments.count == 4 ? arguments[3] : nil
  )
  if let line = try? JSONEncoder().encode(report) {
    _ = try? FileDescriptor.standardOutput.writeAll(line)
  }
default:
  let text = "slipway-tls is started by slipway --tls, not by hand.\n"
  _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  exit(EX_USAGE)
}
