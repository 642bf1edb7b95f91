/// What nobody can guess, and how it is recognised.
package enum Secret {
  /// Letters and digits from the system's generator, of 64 bits a word.
  package static func random(words: Int) -> String {
    (0..<words).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) }.joined()
  }

  /// Compares in the same time, whatever is different.
  package static func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    return left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
