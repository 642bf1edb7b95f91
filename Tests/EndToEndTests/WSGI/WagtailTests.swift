import SlipwayTestSupport
import Testing

/// A large application from PyPI, used as its authors do. Slow, because it is installed.
@Suite(.serialized, .timeLimit(.minutes(30)), .showingServerLog, .onLane, .slow)
struct WagtailTests {
  @Test(arguments: Python.spanIfWanted)
  func anAuthorWorksWhileADeveloperSaves(python: Python) throws {
    try withScratchDirectory(named: "wagtail") { directory in
      try install(with: python, in: directory)
      // Three versions of it are imported beside other tests: that may take longer than ten seconds.
      var options = ServerProcess.Options()
      options.arguments = ["--load-timeout", "120s"]
      let server = try ServerProcess(serving: directory.path, options)
      defer { server.stop() }
      try ServedProject.$current.withValue(server) {
        try server.untilListening()
        try work(
          ServedPython(directory: directory, server: server, port: server.port, host: "localhost")
        )
      }
    }
  }

  private func work(_ served: ServedPython) throws {
    let done = try author(served, "log-in", "upload", "write=High Water", "dashboard")
    #expect(done["log-in"] == "/admin/, styles of 10000 bytes")
    #expect(done["upload"] == "/admin/images/, original True, thumbnail b'PNG'")
    #expect(done["write"] == "High Water")
    #expect(done["dashboard"] == "/admin/ True")

    // A module that cannot be imported is a page, with the line; the next save is served at once.
    let models = try read(served.directory.path("home/models.py"))
    try served.directory.save(
      models + "\nraise RuntimeError('the sluice is shut')\n",
      to: "home/models.py"
    )
    let broken = try served.get("/high-water/", fields: "Accept: text/plain\r\n")
    #expect(broken.status == 500)
    for text in ["SW250", "RuntimeError: the sluice is shut", "home/models.py"] {
      #expect(broken.text.contains(text), "no \(text)")
    }
    let changed = models.replacing(
      "    pass",
      with: """
            def serve(self, request):
                response = super().serve(request)
                response["X-Sluice"] = "open"
                return response
        """
    )
    try served.directory.save(changed, to: "home/models.py")
    let mended = try served.get("/high-water/")
    #expect(mended.status == 200)
    #expect(mended["x-sluice"] == "open")

    // What is raised while a page is served is Django's own page: it catches it.
    try served.directory.save(
      changed.replacing("return response", with: "raise KeyError('winch')"),
      to: "home/models.py"
    )
    let failed = try served.get("/high-water/", fields: "Accept: text/plain\r\n")
    #expect(failed.status == 500)
    #expect(failed.text.contains("KeyError"))

    // Through it all the author has stayed logged in, and can go on.
    try served.directory.save(models, to: "home/models.py")
    let after = try author(served, "dashboard", "upload", "write=Low Water")
    #expect(after["dashboard"] == "/admin/ True")
    #expect(after["write"] == "Low Water")
  }

  private func install(with python: Python, in directory: ScratchDirectory) throws {
    let script = """
      set -e
      cd "\(directory.path)"
      "\(python.executable)" -m venv .venv
      .venv/bin/pip install --quiet --disable-pip-version-check wagtail
      .venv/bin/wagtail start harbour .
      .venv/bin/python manage.py migrate -v 0
      DJANGO_SUPERUSER_PASSWORD=anchor DJANGO_SUPERUSER_USERNAME=ada DJANGO_SUPERUSER_EMAIL=ada@example.org \
        .venv/bin/python manage.py createsuperuser --noinput
      """
    let run = try CommandRun(["/bin/sh", "-c", script])
    guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
  }

  /// What the author's steps led to, by step: Fixtures/wsgi/author.py.
  private func author(_ served: ServedPython, _ steps: String...) throws -> [String: String] {
    let run = try CommandRun(
      [
        served.directory.path(".venv/bin/python"),
        "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi/author.py", String(served.port),
        served.directory.path(".venv/cookies.txt"),
      ] + steps
    )
    #expect(run.end == .exited(0), "\(run.text)")
    let lines = run.text.split(separator: "\n")
      .compactMap { $0.firstMatch(of: #/^([a-z-]+): (.*)$/#) }
    return Dictionary(lines.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 })
  }
}
