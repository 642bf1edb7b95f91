import Foundation
import SlipwayBuild

/// A toolchain whose `swift` is the shell: told to `build` or to describe a `package`, it runs the
/// file of that name in `directory`, which holds `script`.
///
/// An executable file of our own could not be run while another test's child, between fork and
/// exec, still has it open for writing.
func fakeToolchain(
  _ script: String,
  in directory: String,
  environment: [String: String] = [:]
) throws -> Toolchain {
  for command in ["build", "package"] { try write(script, to: "\(directory)/\(command)") }
  let tools = "\(directory)/tools"
  try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
  try FileManager.default.createSymbolicLink(
    atPath: "\(tools)/swift",
    withDestinationPath: "/bin/sh"
  )
  return Toolchain(environment: environment.merging(["PATH": "\(tools):/usr/bin:/bin"]) { $1 })
}
