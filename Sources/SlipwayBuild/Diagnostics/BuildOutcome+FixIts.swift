import FoundationEssentials

extension BuildOutcome {
  /// With what the compiler proposes, as far as it has left that where SwiftPM has it written to.
  func withFixIts(of request: BuildRequest) -> BuildOutcome {
    withFixIts { diagnostics in
      Self.serialized(for: Set(diagnostics.compactMap(\.file)), in: request)
    }
  }

  /// With what the compiler proposes, from the files that `paths` names for some findings.
  func withFixIts(from paths: ([Diagnostic]) -> [String]) -> BuildOutcome {
    switch self {
    case .succeeded(var success):
      guard !success.diagnostics.isEmpty else { return self }
      success.diagnostics = FixItSupplement(reading: paths(success.diagnostics))
        .supplementing(success.diagnostics)
      return .succeeded(success)
    case .failed(var failure):
      guard !failure.diagnostics.isEmpty else { return self }
      failure.diagnostics = FixItSupplement(reading: paths(failure.diagnostics))
        .supplementing(failure.diagnostics)
      return .failed(failure)
    }
  }

  /// Where the compiler may have written about these sources: below the folder of a module, as the source
  /// lies below the folder of the target.
  private static func serialized(for sources: Set<String>, in request: BuildRequest) -> [String] {
    let sources = sources.filter { $0.hasSuffix(".swift") }
    guard !sources.isEmpty else { return [] }
    let products = "\(request.scratchDirectory)/\(request.configuration.rawValue)"
    let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: products))
    let directory =
      target.map { $0.hasPrefix("/") ? $0 : "\(request.scratchDirectory)/\($0)" } ?? products
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    var found: Set<String> = []
    for folder in folders where folder.hasSuffix(".build") {
      let base = "\(directory)/\(folder)"
      found.insert("\(base)/\(folder.dropLast(".build".count)).emit-module.dia")
      for source in sources {
        let parts = source.dropLast(".swift".count).split(separator: "/")
        // Deeper than this lie no sources.
        for count in 1...8 where count <= parts.count {
          found.insert("\(base)/\(parts.suffix(count).joined(separator: "/")).dia")
        }
      }
    }
    return found.filter { FileStamp(path: $0) != nil }.sorted()
  }
}
