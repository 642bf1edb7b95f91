import FoundationEssentials
import SlipwaySystem

/// Remembers on disk what the last successful build made of what, so that a start with everything
/// built need not run `swift build`.
///
/// Anything unexpected in the file means "not up to date".
package struct BuildRecord: Sendable {
  private let path: String
  private let toolchain: Toolchain

  /// `path` is a file in a directory that exists; each product has its own.
  package init(path: String, toolchain: Toolchain = Toolchain()) {
    self.path = path
    self.toolchain = toolchain
  }

  /// The library that `request` would make, if it is on disk just as the recorded build left it
  /// and `fingerprint`, which stands for the sources, is the same.
  package func upToDateLibrary(for request: BuildRequest, fingerprint: UInt64) -> String? {
    guard let content = FileManager.default.contents(atPath: path),
      let recorded = try? JSONDecoder().decode(Entry.self, from: content),
      let now = entry(request, recorded.library, fingerprint), now == recorded
    else { return nil }
    return recorded.library
  }

  /// Records a successful build of `request`. `fingerprint` must be from before the build began:
  /// what changed while it ran may or may not be in the library. Without `library`, it is where
  /// SwiftPM puts it.
  package func store(
    _ request: BuildRequest,
    fingerprint: UInt64,
    library: String? = nil
  ) throws(BuildError) {
    guard let library = library ?? ProductLocator.library(of: request),
      let entry = entry(request, library, fingerprint),
      let json = try? JSONEncoder().encode(entry)
    else { return }
    do {
      try AtomicFile.write(json, to: path)
    } catch {
      throw .recordNotWritten(error)
    }
  }

  private func entry(_ request: BuildRequest, _ library: String, _ fingerprint: UInt64) -> Entry? {
    FileStamp(path: library)
      .map {
        Entry(
          toolchain: toolchain.identity,
          request: request,
          library: library,
          stamp: $0,
          fingerprint: fingerprint
        )
      }
  }

  private struct Entry: Codable, Equatable {
    let toolchain: String
    let request: BuildRequest
    let library: String
    let stamp: FileStamp
    let fingerprint: UInt64
  }
}
