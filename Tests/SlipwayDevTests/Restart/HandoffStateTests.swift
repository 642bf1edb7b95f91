import SlipwayDev
import SlipwaySystem
import Testing

/// What one generation leaves to the next.
@Suite(.timeLimit(.minutes(5)))
struct HandoffStateTests {
  /// Two connections, of three bytes and of none.
  private let json = """
    {
      "generation": 7,
      "configuration": CONFIGURATION,
      "listeners": [{"address": {"tcp": {"host": "127.0.0.1", "port": 0}}, "descriptor": 5}],
      "lock": 4, "watcher": 9,
      "units": [{
        "package": "/app", "library": "/app/.slipway/generations/6/libApp.so",
        "isRetryable": false, "isDirty": true, "changed": ["/app/A.swift"]
      }],
      "connections": [
        {"descriptor": 1024, "byteCount": 3, "heldSince": 12},
        {"descriptor": 1025, "byteCount": 0}
      ],
      "reason": "new code", "orderedAt": 99, "isAnnounced": true, "terminal": [1, 2]
    }
    """

  private let configuration = """
    {
      "allowedHosts": [],
      "directory": "/app", "listen": [], "mounts": [], "isWatching": true, "ignore": [],
      "onBuildFailure": "page", "holdTimeout": [0, 1], "grace": [0, 1], "opensBrowser": false,
      "sendsGeneration": true, "logFormat": "text", "verbosity": 0,
      "limits": {
        "headTimeout": [0, 1], "bodyTimeout": [0, 1], "idleTimeout": [0, 1], "writeTimeout": [0, 1],
        "head": 1, "requestLine": 1, "fields": 1, "body": 1, "connections": 1
      },
      "applicationOutput": "prefixed",
      "searchPaths": {"entries": [{"kind": "python", "path": "/py"}]},
      "debuggerEnvironment": {"PYTHONHOME": "/py"}, "debugSocket": {"usual": {}},
        "waitsForDebugger": false, "hasConsoles": false, "loadTimeout": [0, 1], "crashLimit": 3
    }
    """

  private func record(_ json: String, bytes: [UInt8] = [1, 2, 3]) -> HandoffRecord {
    var record = HandoffRecord()
    record["state"] = Array(json.replacing("CONFIGURATION", with: configuration).utf8)
    record["bytes"] = bytes
    return record
  }

  @Test func whatIsPackedIsUnpacked() throws {
    let (state, tree, bytes) = try HandoffState.unpack(record(json))
    #expect(state.generation == 7)
    #expect(state.units.map(\.changed) == [["/app/A.swift"]])
    #expect(state.listeners.map(\.descriptor) == [5])
    #expect(state.connections.map(\.heldSince) == [12, nil])
    #expect(state.reason == .newCode)
    #expect(state.configuration.searchPaths[.python] == ["/py"])
    #expect(tree == nil)
    #expect(bytes.map(Array.init) == [[1, 2, 3], []])

    let packed = try state.record(tree: nil, bytes: bytes.map(Array.init))
    let again = try HandoffState.unpack(HandoffRecord(decoding: packed.encoded()))
    #expect(again.state.configuration == state.configuration)
    #expect(again.state.units.map(\.library) == state.units.map(\.library))
    #expect(again.state.terminal == [1, 2])
    #expect(again.state.watcher == 9)
    #expect(again.bytes == bytes)
  }

  @Test(arguments: ["", "{}", "[]", #"{"generation": "seven"}"#])
  func theStateOfAnotherVersionIsRefused(json: String) {
    let error = #expect(throws: SystemError.self) { try HandoffState.unpack(record(json)) }
    #expect(error?.code == .handoffUnreadable)
  }

  @Test func aRecordWithoutStateIsRefused() {
    #expect(throws: SystemError.self) { try HandoffState.unpack(HandoffRecord()) }
  }

  @Test(arguments: ["4", "9223372036854775807", "-1"])
  func aConnectionGetsNoMoreBytesThanThereAre(count: String) throws {
    let json = json.replacing("\"byteCount\": 3", with: "\"byteCount\": \(count)")
    let bytes = try HandoffState.unpack(record(json)).bytes
    #expect(bytes.count == 2)
    #expect(bytes.joined().count <= 3)
  }
}
