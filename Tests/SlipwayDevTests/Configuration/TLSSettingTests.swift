import SlipwayDev
import SlipwaySystem
import SystemPackage
import Testing

/// What the settings of HTTPS mean.
@Suite(.timeLimit(.minutes(5)))
struct TLSSettingTests {
  @Test(arguments: [
    ("", false), ("tls: true", true), ("tls: false", false), ("tls-certificate: a.pem", true),
    ("tls-certificate: a.pem\ntls: false", false),
  ])
  func whoNamesACertificateWantsItUsed(yaml: String, isUsed: Bool) throws {
    try withScratchDirectory(files: ["slipway.yaml": yaml, "index.html": ""]) { scratch in
      let found = try scratch.sources().resolve()
      #expect(found.usesTLS == isUsed)
    }
  }

  @Test func pathsAreThoseOfTheirSource() throws {
    try withScratchDirectory(files: [
      "slipway.yaml": "tls-certificate: keys/a.pem\ntls-key: /k.pem", "index.html": "",
    ]) { scratch in
      let found = try scratch.sources().resolve()
      #expect(found.tlsCertificate == found.directory + "/keys/a.pem")
      #expect(found.tlsKey == "/k.pem")
      let flag = try scratch.sources { $0.settings[.tlsKey] = ["/other.pem"] }.resolve()
      #expect(flag.tlsKey == "/other.pem")
    }
  }

  @Test func onlyListenersOfTCPSpeakHTTPS() throws {
    try withScratchDirectory(files: ["index.html": ""]) { scratch in
      let path = try scratch.sources().resolve().directory + "/socket"
      let listeners = try Listeners(
        [.tcp(host: "127.0.0.1", port: 0), .unix(path: path)],
        inherited: [],
        usesTLS: true
      )
      defer {
        listeners.removeSocketFiles()
        for listener in listeners.plain + listeners.secure { try? listener.close() }
      }
      #expect(listeners.secure.map(\.rawValue) == [listeners.open[0].descriptor])
      #expect(listeners.plain.map(\.rawValue) == [listeners.open[1].descriptor])
      #expect(listeners.urls[0].hasPrefix("https://127.0.0.1:"))
      #expect(listeners.urls[1] == "unix:\(path)")
    }
  }
}
