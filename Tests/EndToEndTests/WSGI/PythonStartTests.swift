import SlipwayTestSupport
import Testing

/// Python in the server is what the environment's own python is.
@Suite(.serialized, .timeLimit(.minutes(10)), .showingServerLog, .onLane)
struct PythonStartTests {
  /// Prints what depends on the configuration; sys.path without what each program puts in front.
  private static let question = """
    import sys, locale
    ANSWER = repr([
        sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.getfilesystemencoding(),
        sys.getfilesystemencodeerrors(), sys.flags.utf8_mode, sys.flags.dev_mode, sys.flags.isolated,
        sys.flags.ignore_environment, sys.flags.no_site, sys.flags.no_user_site,
        getattr(sys.flags, "safe_path", None), sys.flags.hash_randomization, sys.dont_write_bytecode,
        sys.warnoptions, sys.stdout.encoding, "site" in sys.modules,
        hash("ship") if not sys.flags.hash_randomization else None,
        [path for path in sys.path if path.endswith(".zip") or "/lib/" in path],
    ])

    """

  @Test(
    arguments: Python.all,
    [
      [:], ["LC_ALL": "C"], ["PYTHONUTF8": "1"], ["LC_ALL": "C", "PYTHONUTF8": "0"],
      ["PYTHONHASHSEED": "0"], ["PYTHONDEVMODE": "1"], ["PYTHONDEVMODE": "0"],
      ["PYTHONNOUSERSITE": "1"],
    ]
  )
  func itIsConfiguredAsTheEnvironmentsPython(python: Python, environment: [String: String]) throws {
    let settings = environment.map { "\($0)=\($1)" }
    let run = try CommandRun(
      ["/usr/bin/env"] + settings + [python.executable, "-c", Self.question + "print(ANSWER)"]
    )
    try withServedPython(
      [
        "asked.py": Self.question,
        "app.py": """
        import asked

        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [asked.ANSWER.encode()]
        """,
      ],
      python: python,
      environment: environment
    ) { served in
      let answer = try served.get().text
      #expect(answer + "\n" == run.text)
    }
  }

  /// Python would end the process.
  @Test(
    arguments: Python.span,
    [
      ("PYTHONHASHSEED", "ship", "SW247", "PYTHONHASHSEED is no number: ship"),
      ("PYTHONHOME", "/nowhere", "SW246", "has no module `encodings`"),
    ]
  )
  func whatItWouldNotStartWithIsAPage(
    python: Python,
    variable: (name: String, value: String, code: String, sentence: String)
  ) throws {
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n"],
      python: python,
      environment: [variable.name: variable.value]
    ) { served in
      let page = try served.get(fields: "Accept: text/plain\r\n")
      #expect(page.status == 500)
      #expect(page.text.contains(variable.code))
      #expect(page.text.contains(variable.sentence))
      #expect(served.server.isRunning)
    }
  }

  /// What the server's own Python source was compiled to is kept for the next start.
  @Test(
    arguments: Python.span,
    [
      "cp code good && head -n 1 good > code && printf '\\377\\377' >> code",
      "cp code good && truncate -s 20000 code",
      "cp code good && sed -i 1s/^/other/ code",
      "mv code good && mkdir code",
    ]
  )
  func keptCodeThatIsOfNoUseIsMadeAnew(python: Python, spoil: String) throws {
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n"],
      python: python
    ) { served in
      #expect(try served.get().text == "rev-1")
      func run(_ command: String) throws -> ServerProcess.End {
        let command = command.replacing("code", with: "gateway.code")
        let place = "'\(served.directory.path)/.slipway'"
        return try CommandRun(["/bin/sh", "-c", "cd \(place) && { \(command); }"]).end
      }
      try #require(try run(spoil) == .exited(0))
      try served.directory.save("TEXT = 'rev-2'\n", to: "revision.py")
      #expect(try served.get().text == "rev-2")
      #expect(try run("test -d code || cmp code good") == .exited(0))
      #expect(try run("! ls code.new-*") == .exited(0))
    }
  }

  /// Modules of the environment are run by Python's own start, before any application is imported.
  @Test func aCrashOfPythonsStartIsSurvived() throws {
    try withScratchDirectory { site in
      let customization = """
        import os, signal
        if os.path.exists(os.path.join(os.path.dirname(__file__), "crash")):
            os.kill(os.getpid(), signal.SIGSEGV)

        """
      try site.write(customization, to: "sitecustomize.py")
      try withServedPython(
        ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n"],
        environment: ["PYTHONPATH": site.path]
      ) { served in
        #expect(try served.get().text == "rev-1")
        try site.write("", to: "crash")
        try served.directory.save("TEXT = 'rev-2'\n", to: "revision.py")
        let crashed = try served.get(fields: "Accept: text/plain\r\n")
        #expect(crashed.status >= 500)
        #expect(crashed.text.contains("SIGSEGV"))
        try site.remove("crash")
        try served.directory.save("TEXT = 'rev-3'\n", to: "revision.py")
        #expect(try served.get().text == "rev-3")
        #expect(served.server.isRunning)
      }
    }
  }

  @Test(arguments: Python.span)
  func anImportThatDoesNotEndIsShownWhereItIs(python: Python) throws {
    let stuck = """
      import time

      def fetch_settings():
          time.sleep(3600)

      fetch_settings()
      TEXT = "never"

      """
    try withServedPython(
      ["app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n"],
      python: python,
      // Long enough for Python to start beside other tests.
      settings: ["load-timeout: 3s"]
    ) { served in
      try served.directory.save(stuck, to: "revision.py")
      let page = try served.get(fields: "Accept: text/plain\r\n")
      #expect(page.status == 503)
      #expect(page.text.contains("SW184"))
      #expect(page.text.contains("revision.py:4"))
      #expect(page.text.contains("fetch_settings"))
      #expect(page.text.contains("4 |     time.sleep(3600)"))
      #expect(page.text.contains("app.py:1"))
      #expect(!page.text.contains("importlib"))
      #expect(!page.text.contains("libpython"))
      try served.directory.save("TEXT = 'rev-2'\n", to: "revision.py")
      #expect(try served.get().text == "rev-2")
    }
  }
}
