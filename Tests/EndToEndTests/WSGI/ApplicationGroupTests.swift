import SlipwayTestSupport
import Testing

/// Applications in interpreters beside the main one.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct ApplicationGroupTests {
  /// Tells its interpreter's secrets: what it is told to mark there is seen by those who share it.
  private static let application = """
    import os, sys
    import state
    from revision import TEXT

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/mark":
            sys.marked = True
            os.environ["MARKED"] = "1"
        state.count += 1
        if environ["PATH_INFO"] == "/fail":
            raise ValueError("aground in " + TEXT)
        start_response("200 OK", [("Content-Type", "text/plain")])
        answer = [TEXT, environ["mod_wsgi.application_group"], str(hasattr(sys, "marked")),
                  str("MARKED" in os.environ), str(any(path.endswith("/other") for path in sys.path))]
        return [" ".join(answer).encode()]
    """

  private static let files = [
    "app.py": application, "state.py": "count = 0\n", "revision.py": "TEXT = 'here-1'\n",
    "other/app.py": application, "other/second.py": application, "other/state.py": "count = 0\n",
    "other/revision.py": "TEXT = 'there-1'\n",
  ]

  /// Lines for a mount beside the one at `/`.
  private static func mount(_ prefix: String, _ script: String, _ python: Python, _ options: String)
    -> String
  {
    "\n  \(prefix): {serve: 'wsgi:\(script)', python-home: '\(python.home)', \(options)}"
  }

  @Test(arguments: Python.all)
  func modulesOfOneNameInTwoGroupsAreTwo(python: Python) throws {
    try withServedPython(
      Self.files,
      python: python,
      options: [
        Self.mount("/there", "other/app.py", python, "application-group: there"),
        Self.mount("/second", "other/second.py", python, "application-group: there"),
        Self.mount("/own", "other/app.py", python, "application-group: '%{RESOURCE}'"),
      ]
    ) { served in
      let marked = try served.get("/mark")
      #expect(marked.text == "here-1  True True False")
      #expect(try served.get("/there").text == "there-1 there False False True")
      #expect(try served.get("/second/mark").text == "there-1 there True True True")
      #expect(try served.get("/there").text == "there-1 there True True True")
      #expect(try served.get("/own").text == "there-1 |/own False False True")
    }
  }

  @Test(arguments: Python.all)
  func aSaveRestartsAllOfThem(python: Python) throws {
    try withServedPython(
      Self.files,
      python: python,
      options: [Self.mount("/there", "other/app.py", python, "application-group: there")]
    ) { served in
      func texts() throws -> [Substring?] {
        try ["/", "/there"].map { try served.get($0).text.split(separator: " ").first }
      }
      #expect(try texts() == ["here-1", "there-1"])
      try served.directory.save("TEXT = 'there-2'\n", to: "other/revision.py")
      #expect(try texts() == ["here-1", "there-2"])
      try served.directory.save("TEXT = = 3\n", to: "other/revision.py")
      let broken = try served.get("/there")
      #expect(broken.status == 500)
      #expect(broken.text.contains("SW250") && broken.text.contains("SyntaxError"))
      #expect(try served.get("/").text.hasPrefix("here-1"))
      try served.directory.save("TEXT = 'there-4'\n", to: "other/revision.py")
      #expect(try texts() == ["here-1", "there-4"])
      try served.directory.save("TEXT = 'here-2'\n", to: "revision.py")
      #expect(try texts() == ["here-2", "there-4"])
      let failed = try served.get("/there/fail")
      #expect(failed.text.contains("aground in there-4") && failed.text.contains("app.py:11"))
    }
  }

  @Test(arguments: Python.spanAndOwnGIL)
  func thousandsOfRequestsToBothAreAnswered(python: Python) throws {
    let gil = python.canHaveOwnGIL ? ", own-gil: true" : ""
    try withServedPython(
      Self.files,
      python: python,
      options: [Self.mount("/there", "other/app.py", python, "application-group: there\(gil)")]
    ) { served in
      let clients = try (0..<16).map { _ in try RawClient(port: served.port) }
      var resident: [Int] = []
      for round in 0..<200 {
        for (number, client) in clients.enumerated() {
          let target = number.isMultiple(of: 2) ? "/" : "/there"
          // Interpreters that raise, too: a traceback has most to do with their own objects.
          let path = round.isMultiple(of: 10) ? "\(target)/fail" : target
          try client.send("GET \(path) HTTP/1.1\r\nHost: e2e\r\n\r\n")
        }
        for (number, client) in clients.enumerated() {
          let answer = try client.response().text
          #expect(answer.contains(number.isMultiple(of: 2) ? "here-1" : "there-1"))
        }
        if round == 40 || round == 199 {
          resident.append(ProcessInspection.residentKilobytes(of: served.server.pid))
        }
      }
      // An object for each request would be megabytes.
      #expect(resident[1] < resident[0] + 4096, "resident kilobytes: \(resident)")
      #expect(served.server.isRunning)
      #expect(try served.get("/there").text.hasPrefix("there-1"))
    }
  }

  @Test(arguments: Python.all)
  func aGILOfItsOwnIsForVersionsThatHaveIt(python: Python) throws {
    try withServedPython(
      Self.files,
      python: python,
      options: [
        Self.mount("/there", "other/app.py", python, "application-group: there, own-gil: true"),
        Self.mount("/second", "other/second.py", python, "application-group: there"),
      ]
    ) { served in
      #expect(try served.get("/").text.hasPrefix("here-1"))
      let (there, second) = (try served.get("/there").text, try served.get("/second").text)
      if python.canHaveOwnGIL {
        #expect(there.hasPrefix("there-1"))
        // One interpreter is shared by the mounts that name it, and has one GIL.
        #expect(second.contains("SW292"))
      } else {
        #expect(there.contains("SW290"))
        #expect(second.hasPrefix("there-1"))
      }
    }
  }

  /// In the words of CPython, NumPy, Cython and PyO3.
  @Test(arguments: [
    "module fake does not support loading in subinterpreters",
    "cannot load module more than once per process",
    "Interpreter change detected - this module can only be loaded into one interpreter per process.",
    "PyO3 modules do not yet support subinterpreters, see https://github.com/PyO3/pyo3/issues/576",
  ])
  func aModuleThatRefusesAnInterpreterIsAPageThatSaysSo(words: String) throws {
    let python = try Python.any
    try withServedPython(
      Self.files.merging(["other/app.py": "raise ImportError('''\(words)''')\n"]) { $1 },
      options: [Self.mount("/there", "other/app.py", python, "application-group: there")]
    ) { served in
      let page = try served.get("/there", fields: "Accept: text/plain\r\n").text
      #expect(page.contains("SW250"))
      #expect(page.contains(words))
      #expect(page.contains("Remove `application-group`: it is %{GLOBAL} then"))
    }
  }

  @Test(arguments: Python.span)
  func aRestartEndsTheThreadsAndExitHandlersOfEach(python: Python) throws {
    let application = """
      import atexit, os, threading
      from revision import TEXT

      over = threading.Event()
      here = os.path.dirname(os.path.abspath(__file__))

      def note(what):
          with open(here + "/ended.txt", "a") as file:
              file.write(what + " " + TEXT + "\\n")

      def work():
          over.wait()
          note("thread")

      threading.Thread(target=work).start()
      threading._register_atexit(over.set)
      atexit.register(note, "atexit")

      def application(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [TEXT.encode()]
      """
    try withServedPython(
      Self.files.merging(["app.py": application, "other/app.py": application]) { $1 },
      python: python,
      options: [Self.mount("/there", "other/app.py", python, "application-group: there")]
    ) { served in
      #expect(try served.get("/").text == "here-1")
      #expect(try served.get("/there").text == "there-1")
      try served.directory.save("TEXT = 'here-2'\n", to: "revision.py")
      #expect(try served.get("/").text == "here-2")
      #expect(try served.get("/there").text == "there-1")
      #expect(try read(served.directory.path("ended.txt")) == "thread here-1\natexit here-1\n")
      #expect(
        try read(served.directory.path("other/ended.txt")) == "thread there-1\natexit there-1\n"
      )
    }
  }

  @Test(arguments: Python.spanAndOwnGIL)
  func aStuckThreadOfEachIsFound(python: Python) throws {
    let gil = python.canHaveOwnGIL ? ", own-gil: true" : ""
    let application = """
      import threading

      def wait_for_the_tide():
          threading.Event().wait()

      def application(environ, start_response):
          wait_for_the_tide()
      """
    try withServedPython(
      Self.files.merging(["other/app.py": application]) { $1 },
      python: python,
      options: [
        Self.mount(
          "/there",
          "other/app.py",
          python,
          "application-group: there, request-timeout: 300ms\(gil)"
        )
      ]
    ) { served in
      let response = try served.get("/there")
      #expect(response.status == 504)
      #expect(response.text.contains("in wait_for_the_tide"))
      #expect(try served.get("/").text.hasPrefix("here-1"))
    }
  }

  /// Of each mount, where the second is in an interpreter that runs already.
  @Test func eachMountHasItsVariables() throws {
    let python = try Python.any
    let application = """
      import os
      found = " ".join([os.environ.get(name, "none") for name in ("SHIP", "PYTHON_EGG_CACHE")])

      def application(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [found.encode()]
      """
    try withServedPython(
      ["app.py": application, "second.py": application, "eggs/nest": ""],
      options: [
        "python-eggs: eggs/nest",
        Self.mount(
          "/second",
          "second.py",
          python,
          "environment: {SHIP: Aurora}, python-eggs: eggs"
        ),
      ]
    ) { served in
      #expect(try served.get("/").text == "none \(served.directory.path("eggs/nest"))")
      #expect(try served.get("/second").text == "Aurora \(served.directory.path("eggs"))")
      // A file is no place for them.
      let told = try served.server.event("application-log") {
        $0["message"]?.text?.contains("SW291") ?? false
      }
      #expect(told["message"]?.text?.contains(served.directory.path("eggs/nest")) == true)
    }
  }

  /// An import may depend on what another has left behind.
  @Test func applicationsOfOneInterpreterAreImportedInTheirOrder() throws {
    let python = try Python.any
    let names = ["one", "two", "three", "four", "five", "six"]
    var files = ["app.py": revisionApplication, "revision.py": "TEXT = '0'\n"]
    for name in names {
      files["\(name).py"] = "import revision\nrevision.TEXT += ' \(name)'\n\(revisionApplication)"
    }
    try withServedPython(
      files,
      options: names.map { Self.mount("/\($0)", "\($0).py", python, "threads: 1") }
    ) { served in
      for number in 1..<10 {
        let text = try served.get("/six").text
        #expect(text == "\(number - 1) " + names.joined(separator: " "))
        try served.directory.save("TEXT = '\(number)'\n", to: "revision.py")
      }
    }
  }
}
