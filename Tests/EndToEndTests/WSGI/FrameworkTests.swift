import SlipwayTestSupport
import Testing

/// Frameworks from PyPI, each in a virtual environment beside the application, as people have them.
@Suite(.serialized, .timeLimit(.minutes(30)), .showingServerLog, .onLane, .slow)
struct FrameworkTests {
  @Test(arguments: Python.all)
  func flaskIsServedWithItsTemplates(python: Python) throws {
    try withExample("flask", installing: ["flask"], with: python) { served in
      let page = try served.get()
      #expect(page.text.contains("aurora-bay"))
      #expect(try served.get("/nowhere").status == 404)
      let template = try read(served.directory.path("templates/tides.html"))
      let changed = template.replacing("<h1>Tide table", with: "<h1>High water")
      try served.directory.save(changed, to: "templates/tides.html")
      let second = try served.get()
      #expect(second.text.contains("High water"))
      #expect(served.generation(of: second) == served.generation(of: page))
      let code = try read(served.directory.path("app.py"))
      try served.directory.save(code.replacing("aurora-bay", with: "rope-bay"), to: "app.py")
      #expect(try served.get().text.contains("rope-bay"))
      let error = code.replacing(
        "return render_template",
        with: "raise KeyError('anchor')\n    return render_template"
      )
      try served.directory.save(error, to: "app.py")
      let traceback = try served.get()
      #expect(traceback.status == 500)
      #expect(traceback.text.contains("KeyError: 'anchor'"))
      #expect(traceback.text.contains("app.py:"))
    }
  }

  @Test(arguments: Python.all)
  func djangoAdminIsServed(python: Python) throws {
    try withExample("django", installing: ["django"], with: python) { directory in
      let manage = "cd \(directory.path) && .venv/bin/python manage.py"
      let set =
        "DJANGO_SUPERUSER_PASSWORD=anchor DJANGO_SUPERUSER_USERNAME=ada DJANGO_SUPERUSER_EMAIL=ada@example.org"
      let run = try CommandRun([
        "/bin/sh", "-c",
        "\(manage) migrate -v 0 && \(set) .venv/bin/python manage.py createsuperuser --noinput",
      ])
      #expect(run.end == .exited(0), "\(run.text)")
    } _: { served in
      #expect(try served.get().text == "The quay is quiet.\n")
      #expect(try served.get("/static/admin/css/base.css").status == 200)
      let login = try served.get("/admin/login/")
      #expect(login.status == 200)
      let token = login.text.firstMatch(of: #/name="csrfmiddlewaretoken" value="([^"]+)"/#)?.1 ?? ""
      let cookie = login["set-cookie"]?.split(separator: ";").first.map(String.init) ?? ""
      func post(_ form: String) throws -> RawClient.Response {
        let client = try RawClient(port: served.port)
        try client.send(
          """
          POST /admin/login/?next=/admin/ HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\
          Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\
          Connection: close\r\n\r\n\(form)
          """
        )
        return try client.response()
      }
      #expect(try post("username=ada&password=anchor").status == 403)
      let form = "csrfmiddlewaretoken=\(token)&username=ada&password=anchor&next=/admin/"
      let answer = try post(form)
      #expect(answer.status == 302)
      let session = answer.fields.filter { $0.name == "set-cookie" }
        .compactMap { $0.value.split(separator: ";").first }.joined(separator: "; ")
      let admin = try served.get("/admin/", fields: "Cookie: \(session)\r\n")
      #expect(admin.status == 200)
      #expect(admin.text.contains("Site administration"))
      // The session outlives a restart, and so does the application's own page.
      let urls = try read(served.directory.path("harbour/urls.py"))
      try served.directory.save(urls.replacing("quiet", with: "busy"), to: "harbour/urls.py")
      #expect(try served.get().text == "The quay is busy.\n")
      #expect(try served.get("/admin/", fields: "Cookie: \(session)\r\n").status == 200)
    }
  }

  private func withExample(
    _ name: String,
    installing packages: [String],
    with python: Python,
    prepare: (ScratchDirectory) throws -> Void = { _ in },
    _ body: (ServedPython) throws -> Void
  ) throws {
    try withScratchDirectory(named: name) { directory in
      let script = """
        set -e
        cp -R "\(Project.repository)/devkit/examples/\(name)/." "\(directory.path)"
        cd "\(directory.path)"
        "\(python.executable)" -m venv .venv
        .venv/bin/pip install --quiet --disable-pip-version-check \(packages.joined(separator: " "))
        """
      let run = try CommandRun(["/bin/sh", "-c", script])
      guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
      try prepare(directory)
      // Django lets localhost in, and nobody called e2e.
      let server = try ServerProcess(serving: directory.path)
      defer { server.stop() }
      try ServedProject.$current.withValue(server) {
        try server.untilListening()
        try body(
          ServedPython(directory: directory, server: server, port: server.port, host: "localhost")
        )
      }
    }
  }
}
