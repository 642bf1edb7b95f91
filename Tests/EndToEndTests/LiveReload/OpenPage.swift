import SlipwayTestSupport

/// A page of a served project in a browser.
///
/// A page that is loaded again forgets the marker that was put on its window: so it is told whether it
/// was.
struct OpenPage {
  let browser: Browser
  let port: UInt16

  func open(_ path: String) throws {
    try browser.open("http://127.0.0.1:\(port)\(path)")
    try untilListening()
  }

  /// Waits until the script has its connection: what happens from now on it is told, and what has
  /// happened before as well.
  func untilListening() throws {
    try browser.until("window[Symbol.for('slipway.live')]?.isListening")
  }

  func mark() throws { try browser.run("window.marker = true;") }

  var isMarked: Bool { get throws { try browser.value("window.marker === true").flag == true } }

  /// Connections of the script since the page was loaded.
  var sockets: Int? {
    get throws { try browser.value("window[Symbol.for('slipway.live')].sockets").number }
  }

  func until(text: String) throws {
    try browser.until("document.querySelector('#text')?.textContent === '\(text)'")
  }

  // MARK: What is shown over it

  static let shadow = "document.querySelector('slipway-live')?.shadowRoot"

  /// Waits until the overlay shows a text.
  func untilOverlay(shows text: String) throws {
    try browser.until(
      "\(Self.shadow)?.querySelector('dialog[open]')?.textContent.includes('\(text)')"
    )
  }

  func untilNoOverlay() throws { try browser.until("!\(Self.shadow)?.querySelector('dialog')") }
}
