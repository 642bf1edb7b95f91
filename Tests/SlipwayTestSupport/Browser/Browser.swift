import Foundation
import Glibc

/// A real browser with a window that nobody sees, driven as a person would and asked what the page is
/// like.
///
/// Whatever takes time is waited for, by asking over and over until a deadline.
package struct Browser {
  /// Seconds that something in the page may take, a build included.
  package static let patience = 90

  private let driver: WebDriver

  private init(_ driver: WebDriver) { self.driver = driver }

  /// Gives the test a browser with a fresh profile.
  package static func run<Result>(_ body: (Browser) throws -> Result) throws -> Result {
    try withScratchDirectory(named: "browser") { directory in
      let browser = Browser(try WebDriver(profile: directory))
      return try body(browser)
    }
  }

  // MARK: Pages

  /// Shows an address, and waits until it is loaded.
  package func open(_ url: String) throws {
    try driver.command("POST", "/url", ["url": url])
  }

  package func back() throws { try driver.command("POST", "/back") }

  /// The pages in tabs, by the names that `show` takes.
  package var tabs: [String] {
    get throws { try driver.command("GET", "/window/handles").list.compactMap(\.text) }
  }

  /// Opens a tab, and shows it.
  package func openTab() throws {
    let tab = try driver.command("POST", "/window/new", ["type": "tab"])
    try show(tab: tab["handle"]?.text ?? "")
  }

  package func show(tab: String) throws {
    try driver.command("POST", "/window", ["handle": tab])
  }

  package func resize(width: Int, height: Int) throws {
    try driver.command("POST", "/window/rect", ["width": width, "height": height])
  }

  /// What is seen, as a PNG.
  package func screenshot() throws -> [UInt8] {
    let text = try driver.command("GET", "/screenshot").text ?? ""
    return Data(base64Encoded: text).map(Array.init) ?? []
  }

  /// Presses and lets go of a key, such as `Keys.escape`.
  package func press(_ key: String) throws {
    try driver.command(
      "POST",
      "/actions",
      [
        "actions": [
          [
            "type": "key", "id": "keyboard",
            "actions": [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]],
          ]
        ]
      ]
    )
  }

  package enum Keys {
    package static let escape = "\u{E00C}"
    package static let tab = "\u{E004}"
    package static let enter = "\u{E007}"
  }

  /// Lets pages do what a person would be asked for, such as `clipboard-read`.
  package func allow(_ permission: String) throws {
    try driver.command(
      "POST",
      "/permissions",
      ["descriptor": ["name": permission], "state": "granted"]
    )
  }

  // MARK: Scripts

  /// Runs a function's body in the page, and gives what it returns.
  @discardableResult
  package func run(_ script: String) throws -> ServerEvent.Value {
    try driver.command("POST", "/execute/sync", ["script": script, "args": [Any]()])
  }

  /// The value of an expression.
  package func value(_ expression: String) throws -> ServerEvent.Value {
    try run("return \(expression);")
  }

  /// Waits until an expression is true. One that throws is not true yet: the page is being loaded.
  package func until(_ condition: String) throws {
    let deadline = ContinuousClock.now + .seconds(Self.patience)
    var last = ""
    while ContinuousClock.now < deadline {
      do {
        if case .boolean(true) = try value("!!(\(condition))") { return }
        last = "false"
      } catch let refusal as WebDriver.Refusal {
        last = refusal.message
      }
      usleep(20_000)
    }
    let page = (try? value("document.documentElement.outerHTML").text) ?? nil
    throw ServerProcess.Failure(
      description: "not in \(Self.patience) s: \(condition): \(last)\nThe page: \(page ?? "-")"
    )
  }
}
