/// What is to be done with an exchange that is ready to be dispatched.
package enum Admission: Sendable {
  /// Give it to this application.
  case dispatch(any Application)

  /// Keep it: the code on disk may be newer than the code in memory. The gateway asks again when
  /// `Gateway.reconsiderHeld()` is called.
  case hold

  /// Answer with this page. Indirect, as it is large, and an admission is made for every exchange.
  indirect case answer(ErrorPage)
}

/// Decides, for each exchange and just before its dispatch, whether the application in memory is
/// the one on disk.
package protocol Gatekeeper: Sendable {
  /// Called on event loops, for every exchange: it must be quick and must not block.
  ///
  /// - Parameter isCertain: Whether a gatekeeper has found, since the request came, that all changes
  ///   are known that were made before. To be set where this one finds it: others that came with the
  ///   request need not be asked about again.
  func admit(to mount: Mount, isCertain: inout Bool) -> Admission
}

extension Gatekeeper {
  /// The same for whoever knows nothing.
  package func admit(to mount: Mount) -> Admission {
    var isCertain = false
    return admit(to: mount, isCertain: &isCertain)
  }
}
