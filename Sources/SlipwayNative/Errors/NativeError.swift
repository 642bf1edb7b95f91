import CSlipwayABI
import SlipwaySystem
import SystemPackage

/// Why a library cannot be installed or loaded.
package struct NativeError: ReportableError, Equatable {
  /// What kind of failure.
  package enum Code: String, Sendable {
    case cannotOpen = "SW040"
    case missingDependency = "SW041"
    case unresolvedSymbol = "SW042"
    case notALibrary = "SW043"
    case noEntryPoint = "SW044"
    case wrongVersion = "SW045"
    case refused = "SW046"
    case brokenTable = "SW047"
    case productMissing = "SW048"
    case diskFull = "SW049"
    case notPermitted = "SW050"
    case cannotCopy = "SW051"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  /// What the loader or the operating system said, word for word.
  package let cause: String?

  package var stableCode: String { code.rawValue }

  private init(_ code: Code, _ message: String, remedy: String?, cause: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }

  package static func == (left: NativeError, right: NativeError) -> Bool {
    left.code == right.code
  }
}

// Loading
extension NativeError {
  /// dlopen(3) failed: `loaderSays` is glibc's text, which is the only place where the reason is.
  static func cannotOpen(library: String, loaderSays text: String) -> NativeError {
    if let symbol = text.after(": undefined symbol: ") {
      return unresolved(symbol: symbol, library: library, cause: text)
    }
    if text.contains("cannot open shared object file"), let named = text.before(": "),
      named != library
    {
      return missing(dependency: named, of: library, cause: text)
    }
    if ["invalid ELF header", "file too short", "wrong ELF class"].contains(where: text.contains) {
      return NativeError(
        .notALibrary,
        "\(library) is not a shared library for this machine.",
        remedy: """
          Mount a product of the type `.dynamic`, or remove the file and build again.
          """,
        cause: text
      )
    }
    return NativeError(
      .cannotOpen,
      "The library \(library) cannot be loaded: \(text).",
      remedy: "Build again. If the file is there and readable, `ldd \(library)` tells more.",
      cause: text
    )
  }

  private static func unresolved(symbol: String, library: String, cause: String) -> NativeError {
    let name = symbol.before(", version ") ?? symbol
    let readable = SwiftSymbol.readable(name)
    let shown = readable == name ? name : "\(readable) (\(name))"
    return NativeError(
      .unresolvedSymbol,
      "The library \(library) uses the symbol \(shown), which no library defines.",
      remedy: """
        Build again. If that does not help, link what defines the symbol (in Package.swift: a \
        dependency of the target, or `.linkedLibrary`). Slipway has the linker refuse such symbols, \
        unless `build-flags` let it ignore them.
        """,
      cause: cause
    )
  }

  private static func missing(
    dependency: String,
    of library: String,
    cause: String
  ) -> NativeError {
    NativeError(
      .missingDependency,
      "The library \(library) needs \(dependency), which cannot be found.",
      remedy: """
        Install \(dependency), add its directory to `search-paths` as `libraries`, or link it \
        statically.
        """,
      cause: cause
    )
  }

  static func noEntryPoint(library: String) -> NativeError {
    NativeError(
      .noEntryPoint,
      "The library \(library) has no function `\(SLIPWAY_ENTRY_POINT)`.",
      remedy: """
        Export the application. In Swift: `@c(slipway_application) public func \
        slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? \
        { MyApplication.export(to: host) }`. In C: define `\(SLIPWAY_ENTRY_POINT)` as slipway.h \
        declares it.
        """
    )
  }

  static func wrongVersion(library: String, version: UInt32) -> NativeError {
    let isOlder = version < SLIPWAY_ABI_VERSION
    return NativeError(
      .wrongVersion,
      """
      The library \(library) was built for version \(version) of the application interface; \
      this server speaks version \(SLIPWAY_ABI_VERSION).
      """,
      remedy: isOlder
        ? "Update the package's dependency on Slipway and build again."
        : "Update the server, or depend on the version of Slipway that the server has."
    )
  }

  static func brokenTable(library: String, _ what: String) -> NativeError {
    NativeError(
      .brokenTable,
      "The table of functions that \(library) returned cannot be used: \(what).",
      remedy: "Set `size` to sizeof(slipway_app), and `handle` to a function."
    )
  }

  static func refused(product: String, lastLine: String?) -> NativeError {
    NativeError(
      .refused,
      lastLine.map { "The application \(product) did not start: \($0)" }
        ?? "The application \(product) did not start, and did not say why.",
      remedy: "Mend the cause and save a file, or restart the server."
    )
  }
}

// Installing
extension NativeError {
  /// A call on a file failed while a library was copied.
  static func copying(
    _ action: String,
    _ path: String,
    _ errno: Errno,
    product: String
  ) -> NativeError {
    let cause = "\(action) \(path): \(errno)"
    switch errno {
    case .noSpace, .diskQuotaExceeded:
      return NativeError(
        .diskFull,
        "There is no room on the disk for a copy of the library of \(product) at \(path).",
        remedy: "Free some space and save a file.",
        cause: cause
      )
    case .permissionDenied, .notPermitted, .readOnlyFileSystem:
      return NativeError(
        .notPermitted,
        "Slipway may not \(action) \(path).",
        remedy: "Give the user who runs Slipway the right to do so, and save a file.",
        cause: cause
      )
    default:
      return NativeError(
        .cannotCopy,
        "Slipway could not \(action) \(path): \(errno).",
        remedy: "Mend the cause and save a file.",
        cause: cause
      )
    }
  }

  static func productMissing(_ path: String, product: String) -> NativeError {
    NativeError(
      .productMissing,
      "The build of \(product) left no library at \(path).",
      remedy: "The product must be a library of the type `.dynamic`: see Package.swift."
    )
  }
}

extension String {
  /// What follows the first `mark`.
  fileprivate func after(_ mark: String) -> String? {
    firstRange(of: mark).map { String(self[$0.upperBound...]) }
  }

  /// What precedes the first `mark`.
  fileprivate func before(_ mark: String) -> String? {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) }
  }
}
