import Glibc
import SlipwaySystem
import SlipwayTLS
import SystemPackage

// Started by slipway, with the control descriptor and the listening sockets; by nobody else.
guard CommandLine.arguments.dropFirst().first == "front" else {
  let text = "slipway-tls is started by slipway --tls, not by hand.\n"
  _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  exit(64)
}
exit(FrontProgram(control: FileDescriptor(rawValue: 3)).run())
