import SlipwayCore

/// Tells open pages what has happened to what they show.
final class LiveReload: EventSink {
  let state: LiveState
  let channel: PushChannel

  init(inheriting value: LiveState.Value?, isNewCode: Bool) {
    state = LiveState(inheriting: value, isNewCode: isNewCode)
    channel = PushChannel(state)
  }

  /// By the names that they have below `/_slipway/`.
  var pages: [String: any Application] {
    ["live": channel, "live.js": TextPage(script, contentType: "text/javascript; charset=utf-8")]
  }

  /// Only pages of this server get it (`CrossSiteRule`), so it may hold the token.
  private var script: String {
    String(decoding: PackageResources.live_js, as: UTF8.self)
      .replacing("{{token}}", with: state.value.token)
  }

  /// Called on the watch thread.
  func filesChanged(_ paths: [String]) {
    let (message, version) = state.note(changed: paths)
    channel.broadcast(message, mark: version)
  }

  func receive(_ event: DevEvent, at time: WallTime) {
    switch event {
    case .buildStarted: tell("building")
    case .buildFailed, .loadFailed: tell("failed")
    case .restarting: tell("restarting")
    case .ready: channel.broadcast(state.noteReady())
    default: break
    }
  }

  private func tell(_ type: String) {
    state.noteBusy()
    channel.broadcast(#"{"type":"\#(type)"}"#)
  }
}
