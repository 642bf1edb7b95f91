import SlipwaySystem

/// Why a package cannot be built as an application, found out before building it.
///
/// Two errors are equal if their codes are.
package struct BuildError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case toolMissing = "SW080"
    case couldNotStart = "SW081"
    case manifestInvalid = "SW086"
    case noManifest = "SW088"
    case noDynamicLibrary = "SW089"
    case severalLibraries = "SW090"
    case unknownProduct = "SW091"
    case notDynamic = "SW092"
    case manifestNotUnderstood = "SW093"
    case recordNotWritten = "SW094"
    case cancelled = "SW099"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  /// What the compiler said about Package.swift.
  package var diagnostics: [Diagnostic] = []

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool {
    one.code == other.code
  }
}

// Every error of this target is made here.
extension BuildError {
  static let installToolchain =
    "Install a Swift toolchain from https://swift.org/install and see that its directory usr/bin is "
    + "in PATH, then start Slipway again."

  static func noSwift() -> Self {
    Self(
      code: .toolMissing,
      message: "There is no swift command in PATH.",
      remedy: installToolchain
    )
  }

  static func notStarted(_ reason: String) -> Self {
    Self(
      code: .couldNotStart,
      message: "swift could not be started: \(reason)",
      remedy:
        "See that the toolchain is complete and that the machine has processes and memory left."
    )
  }

  static func noManifest(in directory: String) -> Self {
    Self(
      code: .noManifest,
      message: "There is no Package.swift in \(directory).",
      remedy: "Name the directory of a Swift package, or create one with `swift package init`."
    )
  }

  static func invalidManifest(of directory: String, _ diagnostics: [Diagnostic]) -> Self {
    Self(
      code: .manifestInvalid,
      message: "\(directory)/Package.swift cannot be evaluated.",
      remedy: "Mend it; `swift package describe` shows the same.",
      diagnostics: diagnostics
    )
  }

  static func manifestNotUnderstood(of directory: String, toolchain: String) -> Self {
    Self(
      code: .manifestNotUnderstood,
      message:
        "The description of the package in \(directory) by \(toolchain) has an unknown form.",
      remedy: "Name the product in the mount, as in `swift:DIR#PRODUCT`."
    )
  }

  static func noDynamicLibrary(in directory: String, target: String?) -> Self {
    let name = target ?? "App"
    return Self(
      code: .noDynamicLibrary,
      message: "The package in \(directory) has no dynamic library product.",
      remedy: """
        Add this to the products in its Package.swift: \
        .library(name: "\(name)", type: .dynamic, targets: ["\(name)"])
        """
    )
  }

  static func severalLibraries(_ names: [String], in directory: String) -> Self {
    Self(
      code: .severalLibraries,
      message: """
        The package in \(directory) has several dynamic library products: \
        \(names.joined(separator: ", ")).
        """,
      remedy: "Choose one with `swift:DIR#PRODUCT`, such as `swift:\(directory)#\(names[0])`."
    )
  }

  static func unknownProduct(_ name: String, _ others: [String], in directory: String) -> Self {
    let list = others.isEmpty ? "none" : others.joined(separator: ", ")
    return Self(
      code: .unknownProduct,
      message: "The package in \(directory) has no library product \(name).",
      remedy: "Its dynamic library products: \(list)."
    )
  }

  static func notDynamic(_ name: String, in directory: String) -> Self {
    Self(
      code: .notDynamic,
      message: "The product \(name) of the package in \(directory) is not a dynamic library.",
      remedy:
        "Add `type: .dynamic` to it: .library(name: \"\(name)\", type: .dynamic, targets: […])"
    )
  }

  static func recordNotWritten(_ cause: SystemError) -> Self {
    Self(code: .recordNotWritten, message: cause.message, remedy: cause.remedy)
  }

  static func cancelled() -> Self {
    Self(code: .cancelled, message: "The question was withdrawn.", remedy: nil)
  }
}
