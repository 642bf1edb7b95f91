package import SlipwayBuild

/// How the packages of native mounts are built.
package struct BuildSettings: Sendable, Equatable, Codable {
  package var configuration = BuildRequest.Configuration.debug

  /// More arguments for `swift build`, one word each.
  package var flags: [String] = []

  package init() {}

  /// The arguments that Slipway gives itself: with others, it would look for the library in the wrong
  /// place.
  private static let ours: [String: String] = [
    "--product": "Name the product in the mount, as in swift:DIR#PRODUCT.",
    "--target": "Name the product in the mount, as in swift:DIR#PRODUCT.",
    "--package-path": "Name the package in the mount, as in swift:DIR.",
    "--scratch-path": "The package is built where `swift build` by hand builds it.",
    "--build-path": "The package is built where `swift build` by hand builds it.",
    "--configuration": "Write configuration: release.",
    "-c": "Write configuration: release.",
    "--triple": "The application is loaded into this process.",
    "--swift-sdk": "The application is loaded into this process.",
    "--build-system": "Slipway knows what SwiftPM's native build system makes, and where.",
    "--build-tests": "Run `swift test` beside the server.",
  ]

  /// One flag as somebody wrote it. One that takes a value is written as one word, with `=`, or as two
  /// entries.
  package static func flag(_ text: String) throws(InvalidValue) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw InvalidValue("An empty text is no flag.", hint: "Write a flag of `swift build`.")
    }
    let name = String(text.prefix { $0 != "=" })
    if name == "--sanitize" { throw sanitizer(text) }
    if let hint = ours[name] {
      throw InvalidValue("“\(text.shownSafely)” is not for the user to say.", hint: hint)
    }
    guard !text.contains("-sanitize=") else { throw sanitizer(text) }
    return text
  }

  /// Why a sanitizer is not used, whichever is asked for.
  package static func sanitizer(_ text: String) -> InvalidValue {
    InvalidValue(
      """
      “\(text.shownSafely)” cannot be had: the runtime of a sanitizer has to be in a process before \
      anything else, and an application is loaded into one that has long begun.
      """,
      hint: """
        Run `swift test --sanitize=address` (or thread) on the package: SlipwayApp's `Request` and \
        `Response` can be made in tests.
        """
    )
  }
}
