extension TreeSnapshot {
  /// One number for the contents of all files in some directories, the same in every process as
  /// long as none is written to, made or removed.
  func fingerprint(of directories: [String]) -> UInt64 {
    var bytes: [UInt8] = []
    for (path, directory) in tree.directories.sorted(by: { $0.key < $1.key })
    where directories.contains(where: { path.isAtOrBelow($0) }) {
      for (name, record) in directory.files.sorted(by: { $0.key < $1.key }) {
        bytes += path.utf8
        bytes += name.utf8
        for number in [
          UInt64(bitPattern: record.size), record.hash ?? UInt64(bitPattern: record.modified),
        ] {
          unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
        }
      }
    }
    return ContentHash.of(bytes)
  }
}
