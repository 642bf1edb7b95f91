/// What is to be built.
package struct BuildRequest: Sendable, Hashable, Codable {
  /// An absolute path to a directory with a Package.swift.
  package var packageDirectory: String

  /// The name of a dynamic library product.
  package var product: String
  package var configuration: Configuration

  /// An absolute path, or nil for SwiftPM's own: `.build` in the package.
  package var scratchPath: String?

  /// More arguments for `swift build`.
  package var extraArguments: [String]

  package enum Configuration: String, Sendable, Hashable, Codable, CaseIterable {
    case debug, release
  }

  package init(
    packageDirectory: String,
    product: String,
    configuration: Configuration = .debug,
    scratchPath: String? = nil,
    extraArguments: [String] = []
  ) {
    self.packageDirectory = packageDirectory
    self.product = product
    self.configuration = configuration
    self.scratchPath = scratchPath
    self.extraArguments = extraArguments
  }

  /// Where SwiftPM keeps what it builds.
  package var scratchDirectory: String {
    scratchPath ?? "\(packageDirectory)/.build"
  }

  /// The arguments of `swift`.
  package var arguments: [String] {
    var arguments = ["build", "--product", product]
    if configuration == .release { arguments += ["--configuration", "release"] }
    if let scratchPath { arguments += ["--scratch-path", scratchPath] }
    return arguments + Self.noUndefined + extraArguments
  }

  /// A linker lets a shared library have symbols that nobody defines, for the program that loads it might
  /// (ld(1), `-z defs`). Nothing is there for an application to find, so it is told when it is linked,
  /// which names the object and the function, and not when it is loaded. What comes behind it wins:
  /// `--unresolved-symbols=ignore-all` has gold and lld link such a library all the same.
  private static let noUndefined = ["-Xlinker", "--no-undefined"]
}
