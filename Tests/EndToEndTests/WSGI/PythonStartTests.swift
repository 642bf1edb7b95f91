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
      ["PYTHONHASHSEED": "0"], ["PYTHONDEVMODE": "1"], ["PYTHONNOUSERSITE": "1"],
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
}
