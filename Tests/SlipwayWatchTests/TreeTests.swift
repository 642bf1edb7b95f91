import SlipwayTestSupport
import SlipwayWatch
import Testing

@Suite struct ContentHashTests {
  // XXH64 with seed 0, from the reference implementation's vectors for short input.
  @Test(arguments: [
    ("", 0xEF46_DB37_51D8_E999 as UInt64), ("a", 0xD24E_C4F1_A98C_6E5B),
    ("abc", 0x44BC_2CF5_AD77_0999),
  ])
  func isXXH64ForShortInput(text: String, expected: UInt64) {
    #expect(ContentHash.of(Array(text.utf8)) == expected)
  }

  @Test func tellsSingleBitsApart() {
    var bytes = [UInt8](repeating: 0, count: 200)
    var seen: Set<UInt64> = [ContentHash.of(bytes)]
    for position in bytes.indices {
      for bit in 0..<8 {
        bytes[position] ^= 1 << bit
        let isNew = seen.insert(ContentHash.of(bytes)).inserted
        #expect(isNew)
        bytes[position] ^= 1 << bit
      }
    }
    #expect(!seen.contains(ContentHash.of(bytes.dropLast())))
  }
}

@Suite struct FilesystemTypeTests {
  @Test(arguments: [
    (0x6969, "NFS"), (0x0102_1997, "9p"), (0x6573_5546, "FUSE or virtiofs"),
    (Int(Int32(bitPattern: 0xFF53_4D42)), "SMB"), (0xEF53, nil), (0x0102_1994, nil),
    (0x794C_7630, nil), (-1, nil),
  ])
  func knowsRemoteFilesystems(type: Int, name: String?) {
    #expect(FilesystemType.remoteName(ofType: type) == name)
  }
}

extension WatchTests {
  @Suite struct TreeSnapshotTests {
    @Test func survivesItsEncoding() throws {
      try withScratchDirectory { directory in
        let file = WatchRoot(file: directory.path("slipway.yaml"), reason: "configuration")
        for name in ["slipway.yaml", "a/ä b", "a/b/c", "empty/.keep"] {
          try directory.write(name, to: name)
        }
        try withWatcher(of: directory, configure: { $0.roots.append(file) }) { watcher, _ in
          let snapshot = watcher.snapshot()
          let bytes = snapshot.encoded()
          #expect(TreeSnapshot(decoding: bytes) == snapshot)
          #expect(snapshot.fileCount == 5)
          // Whatever becomes of the bytes, decoding does not trap.
          for position in bytes.indices {
            #expect(TreeSnapshot(decoding: bytes[..<position]) == nil)
            var damaged = bytes
            damaged[position] ^= 0xFF
            _ = TreeSnapshot(decoding: damaged)
          }
        }
      }
    }

    @Test func isNotOfAnotherVersion() {
      #expect(TreeSnapshot(decoding: [0x53, 0x4C, 0x54, 99, 0, 0, 0]) == nil)
      #expect(TreeSnapshot(decoding: []) == nil)
    }
  }
}
