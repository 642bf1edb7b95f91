import SlipwayTestSupport
import Testing

/// PEP 3333 as an application in its corners sees it: Fixtures/wsgi.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct WSGIProtocolTests {
  private static let fixtures = "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi"

  /// The checks know nothing of Slipway: devkit/bench/wsgi runs the same against other servers.
  @Test(arguments: Python.all)
  func everyCheckPasses(python: Python) throws {
    let application = try read("\(Self.fixtures)/corner.py")
    try withServedPython(["corner.py": application], serve: "wsgi:corner.py", python: python) {
      let run = try CommandRun([
        python.executable, "\(Self.fixtures)/checks.py", String($0.port),
      ])
      let failed = run.text.split(separator: "\n")
        .filter { $0.hasPrefix("FAILED") || $0.contains("Error") }
      #expect(failed.isEmpty, "\(failed.joined(separator: "\n"))")
      #expect(run.end == .exited(0), "\(run.text.suffix(2000))")
      #expect(run.text.split(separator: "\n").count { $0.hasPrefix("ok ") } >= 60)
      let executable = try $0.get("/executable").text.split(separator: "\n")
      #expect(executable.last.map(String.init) == python.version)
    }
  }

  @Test func thereIsAPython() throws {
    _ = try Python.any
  }

  @Test func wsgirefFindsNothingWrong() throws {
    try withServedPython(
      [
        "app.py": """
        def application(environ, start_response):
            body = environ["wsgi.input"].read(5) + environ["wsgi.input"].readline()
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"validated ", body]
        """
      ],
      options: ["validate: true"]
    ) { served in
      let client = try RawClient(port: served.port)
      try client.send(
        "POST / HTTP/1.1\r\nHost: e2e\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello world"
      )
      #expect(try client.response().text == "validated hello world")
    }
  }

  @Test func aRequestThatIsStuckIsAnsweredWithItsStack() throws {
    try withServedPython(
      [
        "app.py": """
        import time

        def wait_for_the_tide():
            time.sleep(600)

        def application(environ, start_response):
            wait_for_the_tide()
        """
      ],
      options: ["request-timeout: 300ms"]
    ) { served in
      let response = try served.get()
      #expect(response.status == 504)
      #expect(response.text.contains("in wait_for_the_tide"))
      try served.server.event("application-log") {
        $0["message"]?.text?.contains("wait_for_the_tide") ?? false
      }
    }
  }

  /// Which takes a thread for each, and one that takes over whenever another waits.
  @Test func asManyRequestsRunAtOnceAsThereAreThreads() throws {
    let threads = 6
    try withServedPython(
      [
        "app.py": """
        import threading

        meeting = threading.Barrier(\(threads))

        def application(environ, start_response):
            if environ["PATH_INFO"] == "/meet":
                meeting.wait(30)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"all here"]
        """
      ],
      options: ["threads: \(threads)"]
    ) { served in
      let clients = try (0..<threads).map { _ in try RawClient(port: served.port) }
      for _ in 0..<200 {
        for client in clients { try client.send("GET /meet HTTP/1.1\r\nHost: e2e\r\n\r\n") }
        for client in clients { #expect(try client.response().text == "all here") }
        // One that does not wait, between two that do: the threads are asleep, or about to be.
        try clients[0].send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
        #expect(try clients[0].response().status == 200)
      }
    }
  }

  /// What C takes for good of a response's head is what the check in Python makes of it.
  @Test(arguments: Python.span)
  func headsAreTheSameWhoeverChecksThem(python: Python) throws {
    try withServedPython(
      [
        "app.py": #"""
        import itertools, sys

        gateway = sys.modules["_slipway"]

        class Text(str): pass
        class Pair(tuple): pass
        class Pairs(list): pass

        statuses = [
            "200 OK", "200", "599 \xe9", "404 Not\tFound", "20", "2000 OK", "199 No", "600 No", "200OK", "abc no",
            "", "200 O\0K", "200 OK\r\nX: y", "200 \ud800", "\u0662\u0660\u0660 OK", " 200 OK", "+20 OK", b"200 OK",
            Text("200 OK"), None,
        ]
        names = ["X-Name", "x", "Content-Length", "content-length", "TE", "te", "Tea", "T", "Connection",
                 "UPGRADE", "Trailers", "Transfer-Encoding", "!#$%&'*+-.^_`|~09", "A B", "A:", "", "\xe9", "A\0", "A\n", "A\x7f",
                 Text("X-Name"), b"X", 7]
        values = ["", "12", "007", "9" * 18, "9" * 19, "-1", "1 ", "\u0661", "a\tb", "a\nb", "a\0", "a\x7f", "\xe9",
                  "\u20ac", "\ud800", "v" * 4090, "v" * 5000, Text("v"), b"v", None]
        heads = [(status, [("A", "b")]) for status in statuses]
        heads += [("200 OK", [pair]) for pair in itertools.product(names, values)]
        heads += [("200 OK", [("Content-Length", "1"), pair, ("A", "b")]) for pair in itertools.product(names, values)]
        heads += [("200 OK", headers) for headers in [
            [], (), None, Pairs([("A", "b")]), [["A", "b"]], [Pair(("A", "b"))], [("A",)], [("A", "b", "c")], ["Ab"],
            [("A", "b")] * 1000, [("A", "v" * 4092)], [("A", "v" * 4093)], [("A", "v" * 4094)],
        ]]

        def expected(head):
            try:
                checked = gateway._checked_head(*head)
            except gateway.WSGIError:
                return None
            is_usual = checked[1].isascii() and head[0].isascii() and len(checked[1]) <= 4096
            return checked if is_usual and (checked[2] or 0) < 10 ** 18 else None

        def application(environ, start_response):
            differ = [head for head in heads if gateway._head(*head) != expected(head)]
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [("%d of %d: %.999r" % (len(differ), len(heads), differ)).encode("ascii")]
        """#
      ],
      python: python
    ) { served in
      let text = try served.get().text
      #expect(text == "0 of 953: []")
    }
  }
}
