import Glibc
package import SlipwayCore
import Synchronization
package import SystemPackage

/// Writes events as lines for people, to standard error: standard output belongs to the one line
/// that tools wait for.
package final class TerminalPresenter: EventSink {
  private struct State {
    var renderer: TerminalRenderer
    /// What stands at the bottom of the terminal, without a line break after it.
    var progress: StyledLine?
    var exchangeLine = ExchangeLine()
  }

  private let state: Mutex<State>
  private let output: LineOutput
  private let isTerminal: Bool
  private let isInColour: Bool

  /// `environment` says whether colour is wanted (NO_COLOR, TERM); it needs a terminal besides.
  package init(
    directory: String,
    verbosity: Int,
    environment: [String: String],
    descriptor: FileDescriptor = .standardError,
    accessLogFormat: AccessLogFormat? = nil
  ) {
    isTerminal = isatty(descriptor.rawValue) == 1
    isInColour = Terminal.isInColour(descriptor, environment: environment)
    output = LineOutput(descriptor)
    state = Mutex(
      State(
        renderer: TerminalRenderer(
          directory: directory,
          verbosity: verbosity,
          overwrites: Terminal.takesEscapes(descriptor, environment: environment),
          accessLogFormat: accessLogFormat
        )
      )
    )
  }

  package func receive(_ event: DevEvent, at time: WallTime) {
    let text = state.withLock { state -> String? in
      if case .exchange(let record) = event, append(record, at: time, &state) { return nil }
      let rendering = state.renderer.render(event, at: time)
      return update(&state, with: rendering)
    }
    if let text { output.append(text) }
  }

  package func endBatch() { output.flush() }

  package func show(_ notice: TerminalNotice) {
    let text = state.withLock { state in
      switch notice {
      case .clear:
        // Home, erase, and erase what has scrolled out: ECMA-48 ED with xterm's 3.
        (state.renderer.overwrites ? "\u{1b}[H\u{1b}[2J\u{1b}[3J" : "")
          + update(&state, with: .init())
      case .help:
        update(&state, with: .init(lines: TerminalRenderer.help))
      }
    }
    output.append(text)
  }

  /// Appends the usual line of an exchange, if it is one and nothing stands at the bottom.
  private func append(_ record: ExchangeRecord, at time: WallTime, _ state: inout State) -> Bool {
    guard state.progress == nil, state.renderer.showsUsualExchanges else { return false }
    let width = isTerminal ? Terminal.width(of: output.descriptor) : nil
    return output.append { bytes in
      state.exchangeLine
        .append(record, at: time, inColour: isInColour, width: width, to: &bytes)
    }
  }

  /// The bytes that bring the terminal from the old state to the new one.
  private func update(_ state: inout State, with rendering: TerminalRenderer.Rendering) -> String {
    let width = isTerminal ? Terminal.width(of: output.descriptor) : nil
    var text = ""
    // A line and what puts it in colour, so that it does not grow by and by.
    text.reserveCapacity(128 * rendering.lines.count)
    if state.progress != nil, !rendering.lines.isEmpty || rendering.progress != .kept {
      text += "\r\u{1b}[2K"
    }
    for line in rendering.lines {
      line.show(inColour: isInColour, width: width, in: &text)
      text += "\n"
    }
    switch rendering.progress {
    case .kept: break
    case .shown(let line): state.progress = line
    case .gone: state.progress = nil
    }
    if let progress = state.progress, !rendering.lines.isEmpty || rendering.progress != .kept {
      // One column stays free: some terminals wrap as soon as the last one is written.
      text += progress.text(inColour: isInColour, width: (width ?? 80) - 1)
    }
    return text
  }
}
