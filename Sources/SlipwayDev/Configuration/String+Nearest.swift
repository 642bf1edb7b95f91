extension String {
  /// The candidate that is most likely meant, or nil if none is near.
  func nearest(among candidates: [String]) -> String? {
    // A third of the letters may be wrong: “lisen” is “listen”, “foo” is not “open”.
    let bound = Swift.max(1, count / 3)
    guard count <= 64 else { return nil }
    return candidates.map { ($0, editDistance(to: $0)) }
      .filter { $0.1 <= bound }
      .min { $0.1 < $1.1 }?
      .0
  }

  /// How many insertions, deletions, substitutions and swaps of neighbours make `other` of this
  /// (the optimal string alignment distance).
  func editDistance(to other: String) -> Int {
    let source = Array(self)
    let target = Array(other)
    var beforeLast: [Int] = []
    var last = Array(0...target.count)
    for i in source.indices {
      var row = [i + 1]
      for j in target.indices {
        var best = Swift.min(
          row[j] + 1,
          last[j + 1] + 1,
          last[j] + (source[i] == target[j] ? 0 : 1)
        )
        if i > 0, j > 0, source[i] == target[j - 1], source[i - 1] == target[j] {
          best = Swift.min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[target.count]
  }
}
