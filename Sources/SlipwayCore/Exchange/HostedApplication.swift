/// An application that lives in this process, and is told when that ends.
package protocol HostedApplication: Application {
  /// Tells the application that the process is about to end. To be called once.
  ///
  /// - Parameters:
  ///   - grace: how long the application is waited for.
  ///   - completion: called once, on any thread, perhaps before this returns, with what the application
  ///     leaves running; never if the application does not report the end of its shutdown.
  func shutdown(
    within grace: Duration,
    _ completion: @escaping @Sendable (_ left: [String]) -> Void
  )
}
