import Glibc
import SlipwayTestSupport
import Testing

/// slipway.yaml, and what becomes of its changes.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct ConfigurationTests {
  @Test func aChangedMountListIsPickedUpWithoutALostRequest() throws {
    try withServedProject(
      prepare: { project in
        try project.save("mounts:\n  /: swift:.\n", to: "slipway.yaml")
        try project.save("A buoy", to: "public/buoy.txt")
      },
      { served in
        #expect(try served.get("/static/buoy.txt").text == "rev-1")
        let isOver = Monitor(false)
        let port = served.port
        let load = Concurrent {
          var bad: [String] = []
          while !isOver.update({ $0 }) {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\r\n")
            let response = try client.response()
            if response.status != 200 { bad.append(response.text) }
          }
          return bad
        }
        let mark = served.server.mark
        try served.project.save(
          "mounts:\n  /: swift:.\n  /static: files:public\n",
          to: "slipway.yaml",
          .rename
        )
        try served.server.event("ready", since: mark)
        #expect(try served.get("/static/buoy.txt").text == "A buoy")
        #expect(try served.get().text == "rev-1")
        isOver.update { $0 = true }
        #expect(try load.value().isEmpty)
        #expect(try served.server.event("restarting", since: mark)["reason"]?.text != "new code")
      }
    )
  }

  @Test func aBrokenEditKeepsTheOldConfigurationAndSaysWhere() throws {
    try withServedProject(
      prepare: { try $0.save("mounts:\n  /: swift:.\n", to: "slipway.yaml") },
      { served in
        let mark = served.server.mark
        try served.project.save("mounts:\n  /: swift:.\nmuonts: 3\n", to: "slipway.yaml")
        let rejected = try served.server.event("configuration-rejected", since: mark)
        let message = try #require(rejected["message"]?.text)
        #expect(message.contains("slipway.yaml:3"))
        #expect(message.contains("mounts"))
        #expect(try served.get().text == "rev-1")
        try served.project.save("mounts:\n  /app: swift:.\n", to: "slipway.yaml")
        try served.server.event("ready", since: mark)
        #expect(try served.get("/app").text == "rev-1")
        #expect(try served.get("/").status == 404)
      }
    )
  }

  /// Nobody has to wait for the restart, or to know of it.
  @Test func theRequestRightAfterTheSaveIsAnsweredAccordingToIt() throws {
    try withServedProject(
      prepare: { try $0.save("mounts:\n  /: swift:.\n", to: "slipway.yaml") },
      { served in
        #expect(served.generation(of: try served.get()) == 1)
        for generation in 2...8 {
          try served.project.save(
            "mounts:\n  /: swift:.\nhold-timeout: \(60 + generation)s\n",
            to: "slipway.yaml"
          )
          #expect(served.generation(of: try served.get()) == generation)
        }
        // Nothing is held for what is not good.
        try served.project.save("mounts: 3\n", to: "slipway.yaml")
        #expect(served.generation(of: try served.get()) == 8)
        try served.server.event("configuration-rejected")
      }
    )
  }

  @Test func anUnknownKeyAtTheStartNamesTheNearestKnown() throws {
    try withScratchDirectory { directory in
      try directory.write("mounts:\n  /: files:.\nholdtimeout: 3s\n", to: "slipway.yaml")
      var options = ServerProcess.Options()
      options.format = []
      let server = try ServerProcess(serving: directory.path, options)
      #expect(try server.untilEnd() == .exited(1))
      #expect(server.text.contains("slipway.yaml:3"))
      #expect(server.text.contains("hold-timeout"))
    }
  }

  @Test func aFileThatAppearsIsUsed() throws {
    try withServedProject { served in
      let mark = served.server.mark
      try served.project.save("mounts:\n  /new: swift:.\n", to: "slipway.yaml")
      try served.server.event("ready", since: mark)
      #expect(try served.get("/new").text == "rev-1")
    }
  }

  @Test func anEditThatChangesNothingRestartsNothing() throws {
    try withServedProject(
      prepare: { try $0.save("mounts:\n  /: swift:.\n", to: "slipway.yaml") },
      { served in
        let mark = served.server.mark
        try served.project.save("# The mounts\nmounts:\n  /: swift:.\n", to: "slipway.yaml")
        try served.server.event("changed", since: mark)
        try served.project.save(text: "rev-2")
        #expect(served.generation(of: try served.get()) == 2)
      }
    )
  }
}
