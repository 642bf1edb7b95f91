import FoundationEssentials
package import Logging
import SlipwaySystem
import Synchronization

/// Finds out which libraries a package offers.
///
/// SwiftPM evaluates the manifest, which takes a fifth of a second; the answer is kept in a file
/// for as long as the manifest's text and the toolchain are the same. A manifest that looks at the
/// environment or at other files may get an answer from before these changed.
package struct PackageInspector: Sendable {
  private let toolchain: Toolchain
  private let logger: Logger

  package init(toolchain: Toolchain = Toolchain(), logger: Logger) {
    self.toolchain = toolchain
    self.logger = logger
  }

  /// The libraries of the package in `directory`, in the order of the manifest. `cache` is the
  /// path of the file with the answer, in a directory that exists.
  ///
  /// Cancelling the task ends SwiftPM and throws `cancelled`.
  package func products(
    of directory: String,
    cache: String
  ) async throws(BuildError) -> [LibraryProduct] {
    guard let hash = ContentHash.manifests(in: directory) else { throw .noManifest(in: directory) }
    let key = Answer.Key(
      directory: directory,
      manifests: hash.value,
      toolchain: toolchain.identity
    )
    if let answer = Answer(path: cache), answer.key == key { return answer.products }
    let products = try await ask(directory)
    do {
      try AtomicFile.write(Answer(key: key, products: products).json, to: cache)
    } catch {
      // The next start asks again; nothing else is lost.
      logger.debug("Cannot keep what SwiftPM says of a package", metadata: ["error": "\(error)"])
    }
    return products
  }

  private func ask(_ directory: String) async throws(BuildError) -> [LibraryProduct] {
    guard let swift = toolchain.swift else { throw .noSwift() }
    let printed = PrintedText()
    let end: ChildProcess.End
    do {
      end = try await toolchain.child(["package", "dump-package"], in: directory)
        .run(
          printed.consume
        )
    } catch {
      throw .notStarted(error.message)
    }
    guard !Task.isCancelled else { throw .cancelled() }
    let (text, findings) = printed.finish(failed: end != .exited(0) && end != .lost)
    guard findings.diagnostics.first?.severity != .error else {
      throw .invalidManifest(of: directory, findings.diagnostics)
    }
    guard let dump = PackageDump(json: text.utf8) else {
      throw .manifestNotUnderstood(of: directory, toolchain: swift)
    }
    return dump.libraries
  }

  /// What is kept.
  private struct Answer: Codable {
    struct Key: Codable, Equatable {
      let directory: String
      let manifests: UInt64
      let toolchain: String
    }

    let key: Key
    let products: [LibraryProduct]

    init(key: Key, products: [LibraryProduct]) {
      self.key = key
      self.products = products
    }

    /// Nil if there is no such file or it holds anything else.
    init?(path: String) {
      guard let content = FileManager.default.contents(atPath: path),
        let answer = try? JSONDecoder().decode(Self.self, from: content)
      else { return nil }
      self = answer
    }

    var json: Data { (try? JSONEncoder().encode(self)) ?? Data() }
  }

  /// Standard output as text, standard error as findings.
  private final class PrintedText: Sendable {
    /// A manifest of ten thousand lines prints less.
    private static let limit = 16_000_000

    private let state = Mutex((text: "", parser: DiagnosticParser()))

    func consume(_ output: ChildProcess.Output) {
      guard case .line(let line, let stream) = output else { return }
      state.withLock { state in
        if stream == .error {
          _ = state.parser.consume(line, from: stream)
        } else if state.text.utf8.count < Self.limit {
          state.text += line + "\n"
        }
      }
    }

    func finish(failed: Bool) -> (text: String, findings: BuildFindings) {
      state.withLock { ($0.text, $0.parser.finish(failed: failed)) }
    }
  }
}
