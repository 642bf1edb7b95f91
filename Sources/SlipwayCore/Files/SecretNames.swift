/// Names that a files mount does not show. Case does not matter, because there are file systems for
/// which it does not.
package enum SecretNames {
  /// Whether a file or directory with this name is kept from clients: private keys and stored
  /// credentials always, and what begins with a dot unless it is shown. `.well-known` (RFC 8615) is
  /// there to be seen.
  package static func contains(_ name: [UInt8], showingDotFiles: Bool = false) -> Bool {
    var name = name[...]
    for index in name.indices where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(name[index]) {
      name[index] |= 0x20
    }
    if name.first == UInt8(ascii: "."), !showingDotFiles, !name.elementsEqual(".well-known".utf8) {
      return true
    }
    return isAlwaysSecret(name)
  }

  private static func isAlwaysSecret(_ name: ArraySlice<UInt8>) -> Bool {
    if names.contains(where: { name.elementsEqual($0.utf8) })
      || beginnings.contains(where: { name.starts(with: $0.utf8) })
      || endings.contains(where: { name.ends(with: $0) })
    {
      return true
    }
    // The copy that an editor or a careful person leaves beside a key is a key.
    guard let copy = copies.first(where: { name.isLonger(than: $0) && name.ends(with: $0) }) else {
      return false
    }
    return isAlwaysSecret(name.dropLast(copy.utf8CodeUnitCount))
  }

  /// Files of credentials, and directories that hold them.
  private static let names: [StaticString] = [
    ".aws", ".git-credentials", ".gnupg", ".htdigest", ".htpasswd", ".netrc", ".npmrc", ".pgpass",
    ".pypirc", ".ssh",
  ]

  /// `.env.local` and `.envrc`; the keys of ssh-keygen(1), with `_sk` and `.pub` behind them.
  private static let beginnings: [StaticString] = [
    ".env", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa",
  ]

  /// Private keys, stores of keys and of passwords. A certificate in PEM cannot be told from a key.
  private static let endings: [StaticString] = [
    ".env", ".jks", ".kdb", ".kdbx", ".key", ".keystore", ".p12", ".p8", ".pem", ".pfx", ".pkcs12",
    ".ppk",
  ]

  private static let copies: [StaticString] = [
    ".bak", ".br", ".gz", ".old", ".orig", ".save", ".swp", ".zst", "~",
  ]
}

extension StaticString {
  fileprivate var utf8: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func isLonger(than text: StaticString) -> Bool { count > text.utf8CodeUnitCount }

  fileprivate func ends(with text: StaticString) -> Bool {
    suffix(text.utf8CodeUnitCount).elementsEqual(text.utf8)
  }
}
