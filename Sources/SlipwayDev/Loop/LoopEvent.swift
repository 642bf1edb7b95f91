package import SlipwayCore

/// What the dev loop hears.
package enum LoopEvent: Sendable {
  /// Sources of these units changed. The epochs are those of the gate, which was closed for each of
  /// them before this was sent.
  case changed([UnitID: Epoch])

  /// The same, but more may come: what is built of these sources is not used before `settled`, or before
  /// the `changed` that comes in its place.
  case saved([UnitID: Epoch])

  /// Nothing more has come of what was `saved`.
  case settled

  /// The configuration file changed, and reads well. The epochs are those of the gate, which was closed
  /// for every unit before this was sent.
  case configurationChanged([UnitID: Epoch])

  /// The build with this number has ended.
  case built(BuildNumber, BuildVerdict)

  /// An application has been loaded, or has not.
  case loaded(UnitID, library: String, failure: ErrorPage?)

  /// More is known of the crash because of which a unit is held back.
  case crashExplained(UnitID, ErrorPage)

  /// An application has not loaded yet, and where it is.
  case loadTakesLong(UnitID, library: String, ErrorPage)

  /// Somebody asked for a page of a unit whose failure may have mended itself.
  case retry(UnitID)

  /// The user asked for a rebuild and a restart.
  case restartRequested

  /// Every exchange has ended or been cut, and every connection is ready to be carried.
  case drained

  /// The process could not become the next generation, and why.
  case restartFailed(ErrorPage)

  /// The process is to end.
  case stopRequested
}

/// Counts the changes of one unit that the gate has been told of.
package typealias Epoch = UInt64

/// Counts builds, so that the result of a cancelled one is not taken for that of its successor.
package typealias BuildNumber = Int

/// How a build ended, its product put in place for loading included.
package enum BuildVerdict: Sendable, Equatable {
  /// The newest good library. The path of the one loaded, if the product is the same.
  case good(library: String)

  /// `isRetryable`: the cause is outside the sources, so trying again may help.
  case bad(ErrorPage, isRetryable: Bool)
}
