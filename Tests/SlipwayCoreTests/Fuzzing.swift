import Glibc

/// How long the fuzzers run.
enum Fuzzing {
  /// The number of inputs for each seed: few enough for every run of the tests, or as many as
  /// `SLIPWAY_FUZZ` says.
  static func rounds(_ standard: Int) -> Int {
    guard let text = getenv("SLIPWAY_FUZZ") else { return standard }
    return Int(String(cString: text)) ?? standard
  }
}
