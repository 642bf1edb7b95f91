/// What the watcher tells its owner.
package enum WatchReport: Sendable {
  /// Something relevant has happened at this path, the first of a burst. What it comes to is said
  /// by the `settled` that follows.
  case touched(String)

  /// Whole files have been saved, the first of a burst that may not be over: what has changed in content
  /// so far, never empty. At most once in a burst, and not where git is at work.
  case saved([Change])

  /// A period of uncertainty is over: what changed in content since the last report of this kind, sorted
  /// by path; empty if nothing did. `asSaved`: that is what `saved` has told of, and as it was then.
  case settled([Change], asSaved: Bool)

  /// What the last `settled` was about is certain from now on: whoever was held for it may ask
  /// again. Not reported inside `start`.
  case certain

  /// Something does not work as it should. The watcher lives on.
  case problem(WatchError)
}
