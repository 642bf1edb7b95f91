import SlipwayTestSupport
import Testing

/// What slipway.yaml says about a mount, as clients of the built server see it.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct MountRulesTests {
  private static func yaml(_ options: String) -> String {
    "mounts:\n  /: swift:.\n  /static:\n    serve: files:public\n" + options
  }

  private static func send(
    _ client: RawClient,
    _ target: String,
    method: String = "GET"
  ) throws -> RawClient.Response {
    try client.send("\(method) \(target) HTTP/1.1\r\nHost: e2e\r\n\r\n")
    return try client.response()
  }

  @Test func theRulesOfAMountHoldForItAlone() throws {
    let options = """
          methods: [GET]
          headers:
            X-Frame-Options: DENY
            Content-Type: text/x-buoy
          cache-control: max-age=60

      """
    try withServedProject(
      prepare: { project in
        try project.save(Self.yaml(options), to: "slipway.yaml")
        try project.save("A buoy", to: "public/buoy.txt")
      },
      { served in
        let client = try served.connect()
        let buoy = try Self.send(client, "/static/buoy.txt")
        #expect(buoy.text == "A buoy")
        #expect(buoy["x-frame-options"] == "DENY")
        #expect(buoy["content-type"] == "text/x-buoy")
        let missing = try Self.send(client, "/static/none.txt")
        #expect(missing.status == 404)
        #expect(missing["x-frame-options"] == "DENY")
        let posted = try Self.send(client, "/static/buoy.txt", method: "POST")
        #expect(posted.status == 405)
        #expect(posted["allow"] == "GET, HEAD")
        #expect(posted.text.contains("SW038"))
        let other = try Self.send(client, "/")
        #expect(other.text == "rev-1")
        #expect(other["x-frame-options"] == nil)
        #expect(try Self.send(client, "/", method: "POST").status == 200)
      }
    )
  }

  @Test func changedRulesApplyToConnectionsThatAreOpen() throws {
    try withServedProject(
      prepare: { project in
        try project.save(Self.yaml(""), to: "slipway.yaml")
        try project.save("A buoy", to: "public/buoy.txt")
      },
      { served in
        let client = try served.connect()
        #expect(try Self.send(client, "/static/buoy.txt").text == "A buoy")

        let mark = served.server.mark
        try served.project.save(Self.yaml("    deny: 127.0.0.0/8\n"), to: "slipway.yaml", .rename)
        try served.server.event("ready", since: mark)
        let denied = try Self.send(client, "/static/buoy.txt")
        #expect(denied.status == 403)
        #expect(denied.text.contains("SW037"))
        #expect(denied.text.contains("“deny: 127.0.0.0/8”"))
        #expect(try Self.send(client, "/").text == "rev-1")

        let next = served.server.mark
        try served.project.save(Self.yaml("    allow: local\n"), to: "slipway.yaml", .rename)
        try served.server.event("ready", since: next)
        #expect(try Self.send(client, "/static/buoy.txt").text == "A buoy")
        #expect(served.generation(of: try Self.send(client, "/")) == 3)
      }
    )
  }

  @Test func aPrefixOfAnyScriptIsServed() throws {
    try withServedProject(
      prepare: { project in
        try project.save(
          "mounts:\n  /büro: swift:.\n  /my files: files:public\n",
          to: "slipway.yaml"
        )
        try project.save("A buoy", to: "public/buoy.txt")
      },
      { served in
        #expect(try served.get("/b%C3%BCro").text == "rev-1")
        #expect(try served.get("/my%20files/buoy.txt").text == "A buoy")
        let moved = try served.get("/my%20files")
        #expect(moved.status == 308)
        #expect(moved["location"] == "./my%20files/")
      }
    )
  }

  @Test func whoeverComesByAUnixSocketIsLocal() throws {
    try withScratchDirectory { directory in
      let path = directory.path("server.sock")
      try withServedProject(
        arguments: ["--listen", "unix:\(path)"],
        prepare: { project in
          try project.save("A buoy", to: "public/buoy.txt")
          let options = "    order: deny,allow\n    deny: all\n    allow: local\n"
          try project.save(Self.yaml(options), to: "slipway.yaml")
        },
        { served in
          let client = try RawClient(unix: path)
          #expect(try Self.send(client, "/static/buoy.txt").text == "A buoy")
          let mark = served.server.mark
          try served.project.save(Self.yaml("    deny: local\n"), to: "slipway.yaml", .rename)
          try served.server.event("ready", since: mark)
          let denied = try Self.send(client, "/static/buoy.txt")
          #expect(denied.status == 403)
          #expect(denied.text.contains("Unix socket"))
        }
      )
    }
  }

  @Test func whoIsNotLetInDoesNotLearnWhatIsThere() throws {
    try withServedProject(
      prepare: { project in
        let yaml = """
          mounts:
            /open: files:public
            /closed:
              serve: files:private
              deny: 127.0.0.0/8

          """
        try project.save(yaml, to: "slipway.yaml")
      },
      { served in
        let nowhere = try served.get("/elsewhere")
        #expect(nowhere.status == 404)
        #expect(nowhere.text.contains("/open"))
        #expect(!nowhere.text.contains("/closed"))
        #expect(!nowhere.text.contains("private"))
        // Whether a path exists there or not.
        #expect(try served.get("/closed/no/such/file").status == 403)
      }
    )
  }

  @Test func checkShowsWhatIsSet() throws {
    try ProjectPool.withProject { project in
      try project.save(
        Self.yaml("    allow: [local, 10.0.0.0/8]\n    list-directories: true\n"),
        to: "slipway.yaml"
      )
      try project.save("A buoy", to: "public/buoy.txt")
      let run = try CommandRun([
        BuiltProducts.path(of: "slipway"), "check", project.path, "--listen", "127.0.0.1:0",
      ])
      #expect(run.end == .exited(0), "\(run.text)")
      #expect(run.text.contains("allow: local, 10.0.0.0/8; all others are denied"), "\(run.text)")
      #expect(run.text.contains("list-directories: true"), "\(run.text)")
    }
  }
}
