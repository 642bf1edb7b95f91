import FoundationEssentials
import SlipwaySystem

/// Finds out why a link failed where the linker itself has failed over saying so.
///
/// gold looks for the line that uses an undefined symbol, and ends with `internal error in
/// format_file_lineno` where clang has written the line table of DWARF 5 (measured with gold 1.16 and
/// clang of Swift 6.3.1). The same link by the toolchain's lld, into a file that nobody keeps, says it.
struct LinkRetelling {
  let toolchain: Toolchain
  let request: BuildRequest

  /// Nil if that is not what happened, or lld has nothing to complain of.
  func retelling(_ failure: BuildFailure) async -> BuildFailure? {
    guard case .exited = failure.reason, failure.output.contains("gold: internal error in "),
      let command = command(), FasterLinker.isBeside(command[0])
    else { return nil }
    let library = FileManager.default.temporaryDirectory
      .appending(path: "slipway-link-\(UUID().uuidString).so").path
    defer { try? FileManager.default.removeItem(atPath: library) }
    var arguments = command
    for index in arguments.indices.dropFirst() where arguments[index - 1] == "-o" {
      arguments[index] = library
    }
    let output = BuildOutput()
    let end =
      try? await toolchain.tool(
        arguments[0],
        arguments.dropFirst() + ["-use-ld=\(FasterLinker.name)"],
        in: request.packageDirectory
      )
      .run { _ = output.consume($0) }
    guard let end, end != .exited(0), !Task.isCancelled else { return nil }
    let (findings, _) = output.finish(failed: true)
    guard findings.isExplained else { return nil }
    var result = failure
    result.reason = .diagnostics
    result.diagnostics = findings.diagnostics
    return result
  }

  /// SwiftPM's command that links the product.
  private func command() -> [String]? {
    let path = ReplayPlanner.manifestPath(request)
    guard let content = FileManager.default.contents(atPath: path) else { return nil }
    return LLBuildManifest(text: String(decoding: content, as: UTF8.self))
      .link(of: "lib\(request.product).so")?
      .arguments
  }
}
