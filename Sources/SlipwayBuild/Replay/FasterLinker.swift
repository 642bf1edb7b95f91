import FoundationEssentials

/// The toolchain's own lld, which links a debug library in half the time that the distribution's gold
/// takes, and less where most of it is debug information.
///
/// SwiftPM is never told of it: a linker is chosen by a flag of the compiler's driver, which SwiftPM would
/// hand to the driver of every module, and `swift build` by hand would run all of those again.
package enum FasterLinker {
  /// As `-fuse-ld=` names it; see clang(1).
  static let name = "lld"

  /// Whether it may link what SwiftPM's `driver` command links, by way of the compiler `clang`: not where
  /// somebody has chosen a linker, in the manifest or by build flags.
  package static func mayReplaceLinker(of driver: [String], through clang: String) -> Bool {
    isBeside(clang) && !driver.contains(where: choosesLinker)
  }

  /// Whether the toolchain of a compiler has it.
  static func isBeside(_ compiler: String) -> Bool {
    guard let slash = compiler.lastIndex(of: "/") else { return false }
    return FileManager.default.isExecutableFile(atPath: compiler[...slash] + "ld.lld")
  }

  /// `-use-ld` and its kin, whether meant for swiftc or handed on to clang, and what sends the drivers to
  /// other directories for their tools.
  private static func choosesLinker(_ argument: String) -> Bool {
    let choices = [
      "-use-ld", "-fuse-ld", "--use-ld", "-ld-path", "--ld-path", "-tools-directory", "-B",
    ]
    return choices.contains { argument.hasPrefix($0) }
  }
}
