import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Secret names", .timeLimit(.minutes(5)))
struct SecretNamesTests {
  private static let keysAndCredentials = [
    ".env", ".ENV", ".env.local", ".envrc", "production.env", ".htpasswd", ".htdigest", ".netrc",
    ".pgpass", ".npmrc", ".pypirc", ".git-credentials", ".ssh", ".SSH", ".gnupg", ".aws",
    "id_rsa", "ID_RSA", "id_rsa.pub", "id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_dsa",
    "server.key", "Server.KEY", "server.pem", "a.p12", "a.pfx", "a.pkcs12", "AuthKey_X.p8",
    "a.jks", "a.keystore", "a.ppk", "a.kdbx", "a.kdb",
    "server.key~", "server.key.bak", "server.pem.old", "id_rsa.orig", "server.key.bak~",
    ".server.key.swp", "server.pem.gz", "prod.env.save",
  ]

  @Test(arguments: keysAndCredentials)
  func areThoseOfKeysAndCredentials(name: String) {
    #expect(SecretNames.contains(Array(name.utf8)))
    #expect(SecretNames.contains(Array(name.utf8), showingDotFiles: true))
  }

  @Test(
    arguments: [
      ".git", ".gitignore", ".hidden", "..", "...", ".DS_Store", ".well-known.txt", ".well-know",
    ]
  )
  func areThoseThatBeginWithADotUnlessShown(name: String) {
    #expect(SecretNames.contains(Array(name.utf8)))
    #expect(!SecretNames.contains(Array(name.utf8), showingDotFiles: true))
  }

  @Test(
    arguments: [
      ".well-known", "index.html", "environment.txt", "keys.txt", "my.pem.txt", "a.key.js", "key",
      "pem", "idol_rsa", "my_id_rsa", "a.bak", "bak", "a~", "~", "monkey", "a.env.js", "env", "",
      "my.npmrc", "keystore",
    ]
  )
  func areNoOthers(name: String) {
    #expect(!SecretNames.contains(Array(name.utf8)))
  }

  @Test func canBeAnyBytes() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      let name = (0..<Int.random(in: 0...20, using: &generator))
        .map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(SecretNames.contains([UInt8(ascii: ".")] + name + [0xFF]))
      #expect(SecretNames.contains(name + Array(".key".utf8)))
    }
  }
}
