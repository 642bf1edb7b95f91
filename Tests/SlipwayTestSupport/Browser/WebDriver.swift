import Foundation
import Glibc

/// The program that drives a browser, and the one session that it has here (W3C WebDriver).
///
/// It ends, with the browser and all its processes, when the last reference goes.
package final class WebDriver {
  /// What Debian's packages `chromium-driver` and `chromium` install.
  private static let executable = "/usr/bin/chromedriver"

  package static var isInstalled: Bool { access(executable, X_OK) == 0 && Chromium.isInstalled }

  /// A command that the driver refuses, such as a script that throws.
  package struct Refusal: Error, CustomStringConvertible {
    package let command: String
    package let error: String
    package let message: String

    package var description: String { "\(command): \(error): \(message)" }
  }

  private let pid: pid_t
  private let client: RawClient
  private var session = ""
  private var browser: pid_t?

  /// - Parameter directory: For the browser's profile; nothing of the user's own is touched.
  init(profile directory: ScratchDirectory) throws {
    let (pid, port) = try Self.start(home: directory)
    self.pid = pid
    do {
      client = try RawClient(port: port)
      try begin(profile: directory)
    } catch {
      Self.end(pid, nil)
      throw error
    }
  }

  deinit {
    _ = try? command("DELETE", "")
    Self.end(pid, browser)
  }

  /// Starts the driver on a port that it finds itself, and which it prints.
  ///
  /// It ends if that port, free on one of its addresses, is taken on the other: then once more.
  private static func start(home: ScratchDirectory) throws -> (pid_t, UInt16) {
    for _ in 0..<5 { if let started = try attempt(home: home) { return started } }
    throw ServerProcess.Failure(description: "\(executable) does not say its port")
  }

  /// nil if the driver has ended without having said its port.
  private static func attempt(home: ScratchDirectory) throws -> (pid_t, UInt16)? {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0, let file = fdopen(ends[0], "r") else {
      throw ServerProcess.Failure(description: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    let silent = open("/dev/null", O_WRONLY | O_CLOEXEC)
    let pid = try Spawn(
      command: [executable, "--port=0"],
      environment: ["HOME": home.path],
      descriptors: [(ends[1], 1), (silent, 2)]
    )
    .start()
    close(ends[1])
    close(silent)
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0, let line {
      let words = String(cString: line).split { !$0.isNumber }
      if strstr(line, "on port") != nil, let port = words.last.flatMap({ UInt16($0) }), port != 0 {
        return (pid, port)
      }
    }
    end(pid, nil)
    return nil
  }

  private func begin(profile: ScratchDirectory) throws {
    let arguments = [
      "--headless=new", "--user-data-dir=\(profile.path)", "--window-size=1000,700",
      // A container has no user namespaces for the sandbox, and a small /dev/shm.
      "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
      "--disable-background-networking", "--disable-component-update",
    ]
    let answer = try send(
      "POST",
      "/session",
      [
        "capabilities": [
          "alwaysMatch": [
            "browserName": "chrome",
            "goog:chromeOptions": ["binary": Chromium.executable, "args": arguments],
          ]
        ]
      ]
    )
    session = answer["sessionId"]?.text ?? ""
    browser = answer["capabilities"]?["goog:processID"]?.number.flatMap { pid_t($0) }
  }

  /// It leads a group that the browser is in, unless that has made one of its own.
  private static func end(_ pid: pid_t, _ browser: pid_t?) {
    if let browser, getpgid(browser) == browser { kill(-browser, SIGKILL) }
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
  }

  /// Sends a command of the session, and gives its value.
  @discardableResult
  func command(
    _ method: String,
    _ path: String,
    _ parameters: [String: Any]? = nil
  ) throws -> ServerEvent.Value {
    try send(method, "/session/\(session)\(path)", parameters)
  }

  private func send(
    _ method: String,
    _ path: String,
    _ parameters: [String: Any]?
  ) throws -> ServerEvent.Value {
    let isPost = method == "POST"
    let body = isPost ? try JSONSerialization.data(withJSONObject: parameters ?? [:]) : Data()
    try client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Type: application/json; charset=utf-8\r\nContent-Length: \(body.count)\r\n\r\n"
    )
    if !body.isEmpty { try client.send(Array(body)) }
    let response = try client.response()
    let value = ServerEvent.Value(json: response.text)?["value"] ?? .null
    guard response.status == 200 else {
      throw Refusal(
        command: "\(method) \(path)",
        error: value["error"]?.text ?? "\(response.status)",
        message: value["message"]?.text ?? response.text
      )
    }
    return value
  }
}
