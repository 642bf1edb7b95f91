import FoundationEssentials

/// The 64-bit FNV-1a hash of some files: good enough to notice a change, not meant to withstand
/// anybody.
struct ContentHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // So that a byte which moves from one part to the next changes the whole.
    value = (value ^ 0x100) &* 0x100_0000_01b3
  }

  /// The manifests of a package, version-specific ones included, with their names. Nil if there is
  /// no Package.swift.
  static func manifests(in directory: String) -> ContentHash? {
    let entries = try? FileManager.default.contentsOfDirectory(atPath: directory)
    let names = (entries ?? [])
      .filter { name in
        name == "Package.swift" || name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
      }
    guard names.contains("Package.swift") else { return nil }
    var hash = ContentHash()
    for name in names.sorted() {
      guard let content = FileManager.default.contents(atPath: "\(directory)/\(name)") else {
        return nil
      }
      hash.add(name.utf8)
      hash.add(content)
    }
    return hash
  }
}
