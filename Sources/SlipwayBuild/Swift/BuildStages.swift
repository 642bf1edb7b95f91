/// For how long a build was at what.
package struct BuildStages: Sendable, Equatable {
  /// Finding out what there is to do. SwiftPM does not tell this apart.
  package var planning = Duration.zero
  package var compiling = Duration.zero
  package var linking = Duration.zero

  package init() {}
}
