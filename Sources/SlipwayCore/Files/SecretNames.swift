/// Names that a files mount never shows: files and directories whose name begins with a dot, and
/// private keys. Case does not matter, because there are file systems for which it does not.
package enum SecretNames {
  private static let endings = [".jks", ".key", ".keystore", ".p12", ".pem", ".pfx", ".ppk"]
  private static let beginnings = [".", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa"]

  package static func contains(_ name: [UInt8]) -> Bool {
    let name = name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return beginnings.contains { name.starts(with: $0.utf8) }
      || endings.contains { name.reversed().starts(with: $0.utf8.reversed()) }
  }
}
