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
  func admit(to mount: Mount) -> Admission
}
