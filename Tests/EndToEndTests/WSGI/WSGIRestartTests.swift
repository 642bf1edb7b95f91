import Glibc
import SlipwayTestSupport
import Testing

/// Saves of Python code.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct WSGIRestartTests {
  /// The texts have the same length and most saves fall into the same second: what Python's cache of
  /// bytecode cannot tell apart.
  @Test(arguments: Python.all)
  func everySaveIsServedAtOnce(python: Python) throws {
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-100'\n"],
      python: python,
      // Whatever the tests' own environment says, Python is to write that cache here.
      environment: ["PYTHONDONTWRITEBYTECODE": ""]
    ) { served in
      #expect(try served.get().text == "rev-100")
      for number in 101..<113 {
        let text = "TEXT = 'rev-\(number)'\n"
        if number.isMultiple(of: 2) {
          try served.directory.write(text, to: "revision.py")
        } else {
          try served.directory.save(text, to: "revision.py")
        }
        #expect(try served.get().text == "rev-\(number)")
      }
    }
  }

  @Test func savesUnderLoadLoseNothing() throws {
    try save(60, clients: 20, rate: 100)
  }

  @Test(.slow) func fiveHundredSavesUnderLoadLoseNothing() throws {
    try save(500, clients: 40, rate: 200)
  }

  private func save(_ count: Int, clients: Int, rate: Int) throws {
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n"]
    ) { served in
      #expect(try served.get().text == "rev-1")
      let load = SaveLoad(port: served.port, saved: 1, rate: rate, clients: clients)
      var (settled, threads) = (0, 0)
      var memory: [Int] = []
      for number in 2..<(2 + count) {
        try served.directory.save("TEXT = 'rev-\(number)'\n", to: "revision.py")
        load.note(saved: number)
        #expect(try served.get().text == "rev-\(number)")
        memory.append(ProcessInspection.residentKilobytes(of: served.server.pid))
        if number == 4 {
          settled = ProcessInspection.descriptorCount(of: served.server.pid)
          threads = ProcessInspection.threadCount(of: served.server.pid)
        }
      }
      let report = try load.stop()
      #expect(report.failures.isEmpty)
      #expect(report.stale.isEmpty)
      #expect(report.good > count)
      #expect(served.server.isRunning)
      // Connections come and go with the load; what each restart loses would be as many as there were.
      let now = ProcessInspection.descriptorCount(of: served.server.pid)
      #expect(now < settled + clients + 10, "descriptors: \(settled), then \(now)")
      let threadsNow = ProcessInspection.threadCount(of: served.server.pid)
      #expect(threadsNow < threads + 10, "threads: \(threads), then \(threadsNow)")
      // Each generation is a new image: only what one hands to the next can grow. Images differ by some
      // hundred kilobytes.
      let (first, last) = (memory.prefix(10).sorted()[5], memory.suffix(10).sorted()[5])
      #expect(last < first + 2048 + count, "resident kilobytes: \(first), then \(last)")
    }
  }

  @Test func aBrokenImportIsAPageThatTheNextSaveHeals() throws {
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n"]
    ) { served in
      #expect(try served.get().text == "rev-1")
      try served.directory.save("TEXT = = 'rev-2'\n", to: "revision.py")
      let broken = try served.get()
      #expect(broken.status == 500)
      #expect(broken.text.contains("SW250"))
      #expect(broken.text.contains("SyntaxError"))
      #expect(broken.text.contains("revision.py:1"))
      try served.directory.save("TEXT = 'rev-3'\n", to: "revision.py")
      #expect(try served.get().text == "rev-3")
    }
  }

  @Test func aStartWithABrokenImportIsHealedToo() throws {
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 1 / 0\n"]
    ) { served in
      #expect(try served.get().text.contains("ZeroDivisionError"))
      try served.directory.save("TEXT = 'rev-2'\n", to: "revision.py")
      #expect(try served.get().text == "rev-2")
    }
  }

  @Test func aChangeThatIsNoCodeRestartsNothing() throws {
    try withServedPython(
      [
        "app.py": """
        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/html")])
            with open("\("page")" + ".html") as page:
                return [page.read().encode()]
        """,
        "page.html": "one",
      ]
      .mapValues {
        $0.replacing("open(\"page\" + \".html\")", with: "open(__file__[:-6] + \"page.html\")")
      }
    ) { served in
      let first = try served.get()
      #expect(first.text == "one")
      let mark = served.server.mark
      try served.directory.save("two", to: "page.html")
      let second = try served.get()
      #expect(second.text == "two")
      #expect(served.generation(of: second) == served.generation(of: first))
      // And code does, so the watcher is not just late.
      try served.directory.save("x = 1\n", to: "new_module.py")
      try served.server.event("ready", since: mark)
      let third = try served.get()
      #expect(served.generation(of: third) == served.generation(of: first).map { $0 + 1 })
    }
  }

  @Test func modulesFromElsewhereAreWatched() throws {
    try withScratchDirectory { library in
      try library.write("TEXT = 'rev-1'\n", to: "one/revision.py")
      try library.write("other", to: "one/unused.txt")
      try withServedPython(
        ["app.py": revisionApplication],
        options: ["python-path: \(library.path("one"))"]
      ) { served in
        #expect(try served.get().text == "rev-1")
        try library.save("TEXT = 'rev-2'\n", to: "one/revision.py")
        #expect(try served.get().text == "rev-2")
      }
      // By a .pth file, so that no option names the directory.
      try library.write("\(library.path("two"))\n", to: "paths/other.pth")
      try library.write("TEXT = 'rev-1'\n", to: "two/revision.py")
      try withServedPython(
        ["app.py": revisionApplication],
        options: ["python-path: \(library.path("paths"))"]
      ) { served in
        #expect(try served.get().text == "rev-1")
        try library.save("TEXT = 'rev-2'\n", to: "two/revision.py")
        #expect(try served.get().text == "rev-2")
      }
    }
  }

  /// Each thread that imports a module asks for another watcher, which finds whatever is saved
  /// while one takes the place of another.
  @Test func savesAreSeenWhileSeveralThreadsImportModules() throws {
    try withScratchDirectory { library in
      let (rounds, clients) = (12, 6)
      for number in 0..<(rounds * clients) {
        // One after the other, and each while the tree is still being scanned for the last.
        let delay = number % clients * 3
        try library.write("import time\ntime.sleep(\(delay) / 1000)\n", to: "late_\(number).py")
      }
      let application = """
        import importlib, sys
        sys.path.append("\(library.path)")
        from revision import TEXT

        def application(environ, start_response):
            name = environ["PATH_INFO"][1:]
            if name:
                importlib.import_module(name)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [TEXT.encode()]
        """
      try withServedPython(
        ["app.py": application, "revision.py": "TEXT = 'rev-0'\n"]
      ) { served in
        for number in 0..<400 { try served.directory.write("", to: "many/\(number)/module.py") }
        #expect(try served.get().text == "rev-0")
        for round in 0..<rounds {
          let importing = try (0..<clients)
            .map { client in
              let connection = try RawClient(port: served.port)
              let name = "late_\(round * clients + client)"
              try connection.send("GET /\(name) HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\r\n")
              return connection
            }
          #expect(try importing[0].response().status == 200)
          try served.directory.save("TEXT = 'rev-\(round + 1)'\n", to: "revision.py")
          #expect(try served.get().text == "rev-\(round + 1)")
          for connection in importing.dropFirst() {
            #expect(try connection.response().status == 200)
          }
        }
      }
    }
  }

  @Test func anInstalledCopyInFrontOfTheSourcesIsSaid() throws {
    try withScratchDirectory { environment in
      let library = environment.path("site-packages")
      try environment.write("TEXT = 'installed'\n", to: "site-packages/revision.py")
      try withServedPython(
        ["app.py": revisionApplication, "src/revision.py": "TEXT = 'source'\n"],
        options: ["python-path: \(library)"]
      ) { served in
        #expect(try served.get().text == "installed")
        let problem = try served.server.event("problem") { $0["code"]?.text == "SW251" }
        #expect(problem["message"]?.text?.contains(library) == true)
        #expect(problem["remedy"]?.text?.contains(served.directory.path("src")) == true)
      }
    }
  }

  @Test func aRestartEndsThreadsAndRunsExitHandlers() throws {
    try withServedPython(
      [
        "app.py": """
        import atexit, threading
        from revision import TEXT

        here = __file__[:-6]
        over = threading.Event()

        def note(what):
            with open(here + "ended.txt", "a") as file:
                file.write(what + "\\n")

        def work():
            over.wait(1)
            note("thread " + TEXT)

        atexit.register(note, "atexit " + TEXT)
        threading.Thread(target=work).start()

        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [TEXT.encode()]
        """,
        "revision.py": "TEXT = 'rev-1'\n",
      ]
    ) { served in
      #expect(try served.get().text == "rev-1")
      try served.directory.save("TEXT = 'rev-2'\n", to: "revision.py")
      #expect(try served.get().text == "rev-2")
      let ended = try read(served.directory.path("ended.txt"))
      #expect(ended.contains("thread rev-1"))
      #expect(ended.contains("atexit rev-1"))
    }
  }

  @Test func aThreadThatDoesNotEndIsNamedAndLeftBehind() throws {
    try withServedPython(
      [
        "app.py": """
        import threading
        from revision import TEXT

        threading.Thread(target=threading.Event().wait, name="the-anchor").start()

        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [TEXT.encode()]
        """,
        "revision.py": "TEXT = 'rev-1'\n",
      ],
      settings: ["grace: 500ms"]
    ) { served in
      #expect(try served.get().text == "rev-1")
      try served.directory.save("TEXT = 'rev-2'\n", to: "revision.py")
      #expect(try served.get().text == "rev-2")
      try served.server.event("application-log") {
        $0["message"]?.text?.contains("the-anchor") ?? false
      }
    }
  }

  /// Applications are imported one after the other, in whichever order: after the save the second waits
  /// until the first has answered a request.
  @Test func aMountIsServedWhileAnotherIsImported() throws {
    let home = try Python.any.home
    func harbour(waits: String) -> String {
      "import threading\nasked, is_open, waits = threading.Event(), False, \(waits)\n"
    }
    let application = """
      import harbour

      def application(environ, start_response):
          harbour.asked.set()
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"here"]

      if harbour.is_open and harbour.waits:
          harbour.asked.wait()
      harbour.is_open = True
      """
    try withServedPython(
      [
        "harbour.py": harbour(waits: "False"),
        "app.py": application,
        "other.py": application,
      ],
      options: ["threads: 2", "\n  /other: {serve: 'wsgi:other.py', python-home: '\(home)'}"]
    ) { served in
      #expect(try served.get().text == "here")
      try served.directory.save(harbour(waits: "True"), to: "harbour.py")
      let clients = try ["/", "/other"]
        .map { target in
          let client = try RawClient(port: served.port)
          try client.send("GET \(target) HTTP/1.1\r\nHost: e2e\r\n\r\n")
          return client
        }
      for client in clients { #expect(try client.response().text == "here") }
    }
  }

  /// A restart in the middle of a request waits for it, and what it prints is shown.
  @Test func whatIsPrintedIsShownWithItsMount() throws {
    try withServedPython(
      [
        "app.py": """
        def application(environ, start_response):
            print("ahoy from print")
            environ["wsgi.errors"].write("ahoy from errors\\n")
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"said"]
        """
      ]
    ) { served in
      #expect(try served.get().text == "said")
      for text in ["ahoy from print", "ahoy from errors"] {
        let event = try served.server.event("application-output") {
          $0["message"]?.text?.contains(text) ?? false
        }
        #expect(event["source"]?.text == "/")
      }
    }
  }
}
