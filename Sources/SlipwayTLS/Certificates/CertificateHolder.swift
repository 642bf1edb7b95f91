import Glibc
import NIOSSL
import Synchronization

/// The certificate that new connections are shown: that of the files as they are now.
///
/// Every connection looks whether the files have changed, which costs two calls of stat(2). What is
/// new and bad is reported once, and the one before goes on. Any thread.
final class CertificateHolder: Sendable {
  /// What tells one state of a file from another.
  private struct Stamp: Equatable {
    var inode: ino_t
    var size: off_t
    var seconds: Int
    var nanoseconds: Int
  }

  private struct State {
    var context: NIOSSLContext
    var stamps: [Stamp?]
  }

  private let pair: CertificatePair
  private let naming: NamedCertificates?
  private let report: @Sendable (TLSError) -> Void
  private let state: Mutex<State>

  /// - Parameter naming: What makes certificates for single names; nil if there is just the pair's.
  /// - Throws: what keeps the files from being used at the start.
  init(
    _ pair: CertificatePair,
    naming: NamedCertificates?,
    report: @escaping @Sendable (TLSError) -> Void
  ) throws(TLSError) {
    self.pair = pair
    self.naming = naming
    self.report = report
    let stamps = Self.stamps(of: pair)
    let loaded = try pair.load(naming: naming)
    state = Mutex(State(context: loaded.context, stamps: stamps))
    if let warning = loaded.warning { report(warning) }
  }

  /// For one connection.
  var context: NIOSSLContext {
    state.withLock { state in
      let stamps = Self.stamps(of: pair)
      guard stamps != state.stamps else { return state.context }
      state.stamps = stamps
      do throws(TLSError) {
        let loaded = try pair.load(naming: naming)
        state.context = loaded.context
        if let warning = loaded.warning { report(warning) }
      } catch {
        report(error)
      }
      return state.context
    }
  }

  private static func stamps(of pair: CertificatePair) -> [Stamp?] {
    [pair.certificate, pair.key]
      .map { path in
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Stamp(
          inode: status.st_ino,
          size: status.st_size,
          seconds: status.st_mtim.tv_sec,
          nanoseconds: status.st_mtim.tv_nsec
        )
      }
  }
}
