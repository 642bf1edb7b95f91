import Glibc
import SlipwayTestSupport
import Testing

/// Certificates of the user's.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct CertificateTests {
  /// Makes a certificate of its own, and its key, in the directory of a project.
  private func make(_ name: String, in project: Project) throws {
    let run = try CommandRun([
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
      "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-addext",
      "subjectAltName=DNS:localhost", "-keyout", project.path + "/\(name).key", "-out",
      project.path + "/\(name).pem",
    ])
    guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
  }

  private func use(_ name: String, in project: Project) throws {
    try project.directory.save(try read(project.path + "/\(name).key"), to: "live.key")
    try project.directory.save(try read(project.path + "/\(name).pem"), to: "live.pem")
  }

  @Test func aNewCertificateIsShownToNewConnections() throws {
    try withServedProject(
      arguments: ["--tls-certificate", "live.pem", "--tls-key", "live.key"],
      directory: true,
      prepare: { project in
        try make("one", in: project)
        try make("other", in: project)
        try use("one", in: project)
      }
    ) { served in
      let (one, other) = (served.project.path + "/one.pem", served.project.path + "/other.pem")
      #expect(try served.curl([], authority: one).text == "rev-1")
      #expect(try served.handshake("", authority: one).text.contains("CN = one"))
      try use("other", in: served.project)
      #expect(try served.curl([], authority: other).text == "rev-1")
      #expect(try served.handshake("", authority: other).text.contains("CN = other"))
      // A bad one is told of, and the last good one goes on.
      try served.project.directory.save("nonsense", to: "live.pem")
      #expect(try served.curl([], authority: other).text == "rev-1")
      let problem = try served.server.event("problem") { $0["code"]?.text == "SW146" }
      #expect(problem["message"]?.text?.contains("live.pem") == true)
      try use("one", in: served.project)
      #expect(try served.curl([], authority: one).text == "rev-1")
    }
  }

  @Test(arguments: [
    (["--tls-certificate", "gone.pem"], "gone.pem cannot be read"),
    (["--tls-certificate", "one.pem"], "no private key"),
    (["--tls-certificate", "one.pem", "--tls-key", "other.key"], "does not belong"),
    (["--tls-certificate", "Package.swift", "--tls-key", "one.key"], "no certificate"),
  ])
  func aCertificateThatCannotBeUsedEndsTheStart(arguments: [String], words: String) throws {
    try ProjectPool.withProject { project in
      try make("one", in: project)
      try make("other", in: project)
      var options = ServerProcess.Options()
      options.directory = project.path
      options.arguments = arguments
      let server = try ServerProcess(serving: project.path, options)
      #expect(try server.untilEnd() == .exited(1))
      #expect(server.text.contains(words))
      #expect(server.text.contains("SW146"))
    }
  }

  /// Unlike at the start: what is served already must not end for a file that is not there yet.
  @Test func aNewConfigurationWhoseCertificateCannotBeUsedEndsNothing() throws {
    let yaml = "mounts: {/: \"swift:.\"}\n"
    try withServedProject(
      directory: true,
      prepare: { project in
        try make("one", in: project)
        try project.save(yaml, to: "slipway.yaml")
      },
      { served in
        #expect(try served.get().text == "rev-1")
        try served.project.save(
          yaml + "tls-certificate: live.pem\ntls-key: live.key\n",
          to: "slipway.yaml"
        )
        try served.server.event("problem") { $0["code"]?.text == "SW146" }
        try use("one", in: served.project)
        // It waits in the backlog until the next attempt.
        let one = served.project.path + "/one.pem"
        #expect(try served.curl([], authority: one).text == "rev-1")
        #expect(served.fronts.count == 1)
      }
    )
  }

  @Test func theCheckTellsWhatTheCertificateIsFor() throws {
    try ProjectPool.withProject { project in
      try make("one", in: project)
      let run = try CommandRun([
        BuiltProducts.path(of: "slipway"), "check", project.path, "--listen", "127.0.0.1:0",
        "--tls-certificate", project.path + "/one.pem", "--tls-key", project.path + "/one.key",
      ])
      #expect(run.text.contains("the certificate is for localhost, until "))
      let bad = try CommandRun([
        BuiltProducts.path(of: "slipway"), "check", project.path, "--listen", "127.0.0.1:0",
        "--tls-certificate", project.path + "/gone.pem",
      ])
      #expect(bad.text.contains("SW146"))
      #expect(bad.end == .exited(1))
    }
  }

  /// The server makes a new one: half of the files is no reason not to start.
  @Test func theCheckHasNoObjectionToALostProjectCertificate() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      #expect(try served.curl([]).text == "rev-1")
      let command = [
        BuiltProducts.path(of: "slipway"), "check", served.project.path, "--tls", "--listen",
        "127.0.0.1:0",
      ]
      #expect(try CommandRun(command).text.contains("the certificate is for localhost"))
      #expect(unlink(served.project.path + "/.slipway/tls/certificate.pem") == 0)
      let run = try CommandRun(command)
      #expect(run.text.contains("a certificate will be made"))
      #expect(!run.text.contains("SW146"))
    }
  }
}
