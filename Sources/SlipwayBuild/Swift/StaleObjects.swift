import FoundationEssentials
import Glibc
import SlipwaySystem

/// Makes the compiler look at sources that it would take for unchanged.
///
/// The compiler's driver compares modification times in whole seconds (measured with Swift 6.3.1):
/// a source that is saved in the second in which the text before it was compiled is left out of the
/// next build, which says that all is well. A source without an object is always compiled.
package enum StaleObjects {
  /// Removes the objects of `sources`, absolute paths of which any may be no Swift source, from
  /// where `request` builds. What cannot be removed is left: the compiler says what is wrong there.
  package static func remove(of sources: some Sequence<String>, for request: BuildRequest) {
    let names = Dictionary(
      grouping: sources.filter { $0.hasSuffix(".swift") },
      by: { $0.split(separator: "/").last.map(String.init) ?? $0 }
    )
    guard !names.isEmpty else { return }
    removeImporters(of: names.values.joined(), for: request)
    let products = "\(request.scratchDirectory)/\(request.configuration.rawValue)"
    let manager = FileManager.default
    let folders = (try? manager.contentsOfDirectory(atPath: products)) ?? []
    for folder in folders where folder.hasSuffix(".build") {
      let objects = "\(products)/\(folder)"
      for object in (try? manager.subpathsOfDirectory(atPath: objects)) ?? [] {
        guard object.hasSuffix(".swift.o") else { continue }
        // An object lies below its module's folder as its source lies below the target's.
        let relative = object.dropLast(2)
        let name = relative.split(separator: "/").last.map(String.init) ?? ""
        guard names[name]?.contains(where: { $0.hasSuffix("/" + relative) }) == true else {
          continue
        }
        unlink("\(objects)/\(object)")
      }
    }
  }

  /// Removes the objects of modules that import one of which a source has changed, if they were
  /// compiled a moment ago.
  ///
  /// The driver compares the time of an imported interface with that of its own last run in whole
  /// seconds too: an interface that changes within the second in which its importers were compiled
  /// is not noticed (measured with Swift 6.3.1).
  static func removeImporters(of sources: some Sequence<String>, for request: BuildRequest) {
    let sources = Set(sources.filter { $0.hasSuffix(".swift") })
    let products = "\(request.scratchDirectory)/\(request.configuration.rawValue)"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: products)) ?? []
    let aMomentAgo = WallClock.nanoseconds - 2_000_000_000
    let isFresh = folders.contains { folder in
      FileStamp(path: "\(products)/\(folder)/primary.priors").map { $0.modified > aMomentAgo }
        ?? false
    }
    guard isFresh, !sources.isEmpty,
      let plan = FileManager.default.contents(atPath: ReplayPlanner.manifestPath(request))
    else { return }
    let manifest = LLBuildManifest(text: String(decoding: plan, as: UTF8.self))
    for command in manifest.importers(of: sources) {
      for object in command.outputs where object.hasSuffix(".swift.o") { unlink(object) }
    }
  }
}
