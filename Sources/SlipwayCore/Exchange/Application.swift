/// What the gateway calls: a native library, a WSGI callable, a directory of files.
package protocol Application: Sendable {
  /// Takes an exchange, and ends it now or later.
  ///
  /// Called on the exchange's event loop. It must not block.
  func handle(_ exchange: Exchange)
}
