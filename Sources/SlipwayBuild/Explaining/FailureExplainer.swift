import FoundationEssentials
import SlipwaySystem

/// Says what to do about findings where the manifests and the libraries of this machine tell more than
/// the tools do.
struct FailureExplainer {
  let toolchain: Toolchain
  let request: BuildRequest

  /// Beyond so many, one thing is missing that they all come from.
  private static let limit = 8

  /// Takes up to a second or two, when something is missing; no time otherwise.
  func explaining(_ failure: BuildFailure) async -> BuildFailure {
    let complaints = failure.diagnostics.enumerated()
      .compactMap { index, diagnostic in Complaint(diagnostic).map { (index, $0) } }
    guard !complaints.isEmpty else { return failure }
    let graph = await PackageGraph(request, toolchain)
    var result = failure
    for (index, complaint) in complaints.prefix(Self.limit) where !Task.isCancelled {
      let diagnostic = failure.diagnostics[index]
      let target = target(of: diagnostic, graph)
      switch complaint {
      case .module(let name):
        result.diagnostics[index].remedy = await dependency(on: name, target, graph)
      case .symbol(let symbol):
        result.diagnostics[index].showReadable(symbol)
        result.diagnostics[index].remedy = await remedy(symbol: symbol, target, graph)
      case .library(let name):
        result.diagnostics[index].remedy = remedy(library: name, graph)
      case .header:
        result.diagnostics[index].remedy = await remedy(headerOf: diagnostic, graph)
      }
    }
    return result
  }

  /// The target of the root package that a finding is about.
  private func target(of diagnostic: Diagnostic, _ graph: PackageGraph?) -> String? {
    guard let root = graph?.root else { return nil }
    if let file = diagnostic.file, let target = root.target(of: file) { return target.name }
    // A linker names the object, which lies in the folder of its module.
    for text in [diagnostic.excerpt ?? "", diagnostic.message] {
      for part in text.split(whereSeparator: { $0 == "/" || $0.isWhitespace }) {
        guard part.hasSuffix(".build") else { continue }
        let name = part.dropLast(".build".count)
        if let target = root.dump.targets.first(where: { $0.name == name }) { return target.name }
      }
    }
    return nil
  }

  // MARK: Modules

  /// What has to be written into the manifest to have a module.
  private func dependency(
    on module: String,
    _ target: String?,
    _ graph: PackageGraph?
  ) async -> String? {
    guard let graph, let target, target != module else { return nil }
    let known = graph.root.dump.targets.first { $0.name == target }?.dependencies ?? []
    if let own = graph.root.dump.targets.first(where: { $0.name == module }) {
      guard !known.contains(own.name), own.type != "test" else { return nil }
      return """
        \(module) is a target of this package. Add it to the dependencies of the target \(target) in \
        Package.swift: "\(module)"
        """
    }
    guard let offer = await graph.offer(of: module), let state = offer.state.packageRef else {
      return nil
    }
    if let package = graph.name(of: offer.state) {
      guard !known.contains(offer.product) else { return nil }
      return """
        Add it to the dependencies of the target \(target) in Package.swift: \
        .product(name: "\(offer.product)", package: "\(package)")
        """
    }
    return """
      The package \(state.identity) has it, on which this one depends by way of another. Add it to the \
      dependencies of the package: \(Self.line(for: offer.state)), and to those of the target \
      \(target): .product(name: "\(offer.product)", package: "\(state.identity)")
      """
  }

  /// How a package is named among the dependencies.
  private static func line(for state: WorkspaceState.Dependency) -> String {
    if let path = state.path { return ".package(path: \"\(path)\")" }
    let location = state.packageRef?.location ?? ""
    guard let version = state.state?.checkoutState?.version else {
      return ".package(url: \"\(location)\", …)"
    }
    return ".package(url: \"\(location)\", from: \"\(version)\")"
  }

  // MARK: Symbols and libraries

  private func remedy(
    symbol: String,
    _ target: String?,
    _ graph: PackageGraph?
  ) async -> String {
    if let module = Complaint.module(ofSymbol: symbol) {
      if let line = await dependency(on: module, target, graph) {
        return "It is declared in the module \(module). \(line)"
      }
      return "It is declared in the module \(module), which \(request.product) is not linked with."
    }
    let place = target.map { "the target \($0)" } ?? "the target"
    if let library = InstalledLibraries(arguments: request.extraArguments)
      .library(defining: symbol)
    {
      return """
        \(library.path) defines it. Add this to the linkerSettings of \(place) in Package.swift: \
        .linkedLibrary("\(library.name)")
        """
    }
    return """
      Nothing that \(request.product) is linked with defines it. Is a source missing, or a \
      .linkedLibrary(…) in the linkerSettings of \(place) in Package.swift?
      """
  }

  private func remedy(library name: String, _ graph: PackageGraph?) -> String? {
    let wanted = "link \"\(name)\""
    for target in graph?.root.dump.targets ?? [] where !target.debianPackages.isEmpty {
      let folder = "\(request.packageDirectory)/\(target.path ?? "Sources/\(target.name)")"
      let map = FileManager.default.contents(atPath: "\(folder)/module.modulemap")
      guard String(decoding: map ?? Data(), as: UTF8.self).contains(wanted) else { continue }
      return Self.install(target.debianPackages)
    }
    guard
      let file = InstalledLibraries(arguments: request.extraArguments).runtimeOnly(name)
    else { return nil }
    return """
      \(file) is there, but no lib\(name).so: its development files are not installed. On Debian \
      they are a package of their own, whose name ends in -dev.
      """
  }

  private func remedy(headerOf diagnostic: Diagnostic, _ graph: PackageGraph?) async -> String? {
    let files = [diagnostic.file] + diagnostic.notes.map(\.file)
    for file in files.compactMap(\.self) {
      guard let target = await graph?.node(of: file)?.target(of: file),
        !target.debianPackages.isEmpty
      else { continue }
      return Self.install(target.debianPackages)
    }
    return nil
  }

  private static func install(_ packages: [String]) -> String {
    "The manifest says where it comes from on Debian: apt-get install \(packages.joined(separator: " "))"
  }
}

extension Diagnostic {
  /// Writes a symbol of Swift's as the declaration that it stands for.
  fileprivate mutating func showReadable(_ symbol: String) {
    let readable = SwiftSymbol.readable(symbol)
    guard readable != symbol else { return }
    message = message.replacing(symbol, with: readable)
    excerpt = excerpt?.replacing(symbol, with: readable)
  }
}
