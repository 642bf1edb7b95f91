/// What the watcher tells its owner.
package enum WatchReport: Sendable {
  /// Something relevant has happened at this path, the first of a burst. What it comes to is said
  /// by the `settled` that follows.
  case touched(String)

  /// A period of uncertainty is over: what changed in content since the last report, sorted by
  /// path; empty if nothing did.
  case settled([Change])

  /// What the last `settled` was about is certain from now on: whoever was held for it may ask
  /// again. Not reported inside `start`.
  case certain

  /// Something does not work as it should. The watcher lives on.
  case problem(WatchError)
}
