import SlipwayCore
import Synchronization

/// Tells open pages what has happened to what they show.
///
/// Nobody waits for it: messages are handed to event loops and go out on their own.
final class LiveReload: EventSink {
  let state: LiveState
  let channel: PushChannel

  /// Held while something is noted and told, so that pages hear all in the order of the notes.
  private let order = Mutex(())

  init(inheriting value: LiveState.Value?, isNewCode: Bool) {
    state = LiveState(inheriting: value, isNewCode: isNewCode)
    channel = PushChannel(state)
  }

  /// By the names that they have below `/_slipway/`.
  var pages: [String: any Application] {
    [
      "live": channel,
      "live.js": TextPage(self.script, contentType: "text/javascript; charset=utf-8"),
    ]
  }

  /// Only pages of this server get it (`CrossSiteRule`), so it may hold the token.
  private var script: String {
    let parts = [
      PackageResources.page_js, PackageResources.swap_js, PackageResources.overlay_js,
      PackageResources.live_js,
    ]
    let style = JSONLine.quoted(
      PageStyle.palette + String(decoding: PackageResources.overlay_css, as: UTF8.self)
    )
    // One function, so that the page sees none of its names.
    return "(() => {\n\"use strict\";\n"
      + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
      .replacing("{{token}}", with: state.value.token)
      .replacing("\"{{style}}\"", with: style)
      + "})();\n"
  }

  /// Files have been saved that are served as they are. Called on the watch thread.
  func filesChanged(_ paths: [String]) {
    order.withLock { _ in
      let (message, version) = state.note(changed: paths)
      channel.broadcast(message, mark: version)
    }
  }

  /// Called on the loop's thread, before the gate moves: the page that it then lets through has been
  /// given out with this outlook.
  func look(_ outlook: LiveState.Outlook) {
    order.withLock { _ in
      if let message = state.note(outlook) { channel.broadcast(message) }
    }
  }

  /// A page has asked for something, and got an error page for it. Called on event loops.
  func failed(_ page: ErrorPage, askedForBy referrer: String) {
    order.withLock { _ in
      let (message, version) = state.note(failed: page, askedForBy: referrer)
      channel.broadcast(message, mark: version)
    }
  }

  func wants(_ event: DevEvent) -> Bool {
    if case .buildProgress = event { true } else { false }
  }

  /// How far a build is may be heard a moment late, or not at all.
  func receive(_ event: DevEvent, at time: WallTime) {
    guard case .buildProgress(let step, let count, _) = event else { return }
    order.withLock { _ in
      channel.broadcast(state.note(LiveState.Progress(step: step, count: count)))
    }
  }
}
