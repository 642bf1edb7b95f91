import SlipwayCore
import SlipwaySystem
import SlipwayWSGI
import Synchronization

/// The consoles of tracebacks, below `/_slipway/console/`: one for each frame that is kept.
///
/// Only processes of this machine get to them, under an allowed host, from no page of another site
/// (`CrossSiteRule`), and after the PIN.
final class ConsolePages: Application {
  private static let cookie = "slipway-console"
  private static let path = "/_slipway/console"

  /// Of a form's body: more is refused.
  private static let sizeLimit = 64 * 1024

  /// Evaluations that a console shows, and consoles of which they are kept.
  private static let entryLimit = 50
  private static let consoleLimit = 50

  private let door: ConsoleGuard
  private let tellPIN: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var isTold = false
    var entries: [String: [ConsolePage.Entry]] = [:]
  }

  /// - Parameter tellPIN: Shows it in the terminal; called on event loops, at most once.
  init(_ door: ConsoleGuard, tellPIN: @escaping @Sendable (String) -> Void) {
    self.door = door
    self.tellPIN = tellPIN
  }

  func handle(_ exchange: Exchange) {
    let request = exchange.request
    // Nobody else has business here, whoever may ask the rest.
    guard request.isFromThisMachine else { return exchange.respond(.consoleFromElsewhere) }
    let frame = String(request.path.split(separator: "/").last ?? "")
    switch request.method {
    case "GET", "HEAD": onThread(exchange) { self.show(frame, to: exchange) }
    case "POST":
      FormBody.read(from: exchange, upTo: Self.sizeLimit) { form in
        guard let form else { return exchange.respond(.consoleForm) }
        self.onThread(exchange) { self.take(form, for: frame, from: exchange) }
      }
    default: exchange.respond(.consoleForm)
    }
  }

  /// Python may take its time, and event loops have none.
  private func onThread(_ exchange: Exchange, _ action: @escaping @Sendable () -> Void) {
    do {
      try NamedThread.detach("slipway-console", action)
    } catch {
      exchange.fail(AppFailure(message: "There is no room for one more thread."))
    }
  }

  // MARK: On threads of their own

  private func take(_ form: [String: String], for frame: String, from exchange: Exchange) {
    if let pin = form["pin"] {
      switch door.admit(pin: pin) {
      case .admitted:
        let value = door.value.secret
        // Browsers keep it to this place, to this machine, and from scripts.
        let cookie = "\(Self.cookie)=\(value); Path=\(Self.path); HttpOnly; SameSite=Strict"
        return seeOther(frame, exchange, ["Set-Cookie": cookie])
      case .refused(let left):
        return show(frame, to: exchange, attemptsLeft: left)
      case .locked:
        return exchange.respond(.consoleLocked)
      }
    }
    guard isAdmitted(exchange.request), let code = form["code"] else {
      return show(frame, to: exchange)
    }
    guard let answer = PythonConsole.evaluate(code, in: frame) else {
      return exchange.respond(.consoleGone)
    }
    state.withLock { state in
      if state.entries.count >= Self.consoleLimit { state.entries = [:] }
      let entry = ConsolePage.Entry(code: code, output: answer.output ?? "")
      state.entries[frame] = (state.entries[frame, default: []] + [entry]).suffix(Self.entryLimit)
    }
    // Not the answer itself: who loads it again would evaluate again.
    seeOther(frame, exchange)
  }

  private func show(_ frame: String, to exchange: Exchange, attemptsLeft: Int? = nil) {
    let content: ConsolePage.Content
    if isAdmitted(exchange.request) {
      content = .entries(state.withLock { $0.entries[frame] ?? [] })
    } else {
      guard !door.isLocked else { return exchange.respond(.consoleLocked) }
      content = .pin(attemptsLeft: attemptsLeft)
      let isFirst = state.withLock { state in
        defer { state.isTold = true }
        return !state.isTold
      }
      if isFirst { tellPIN(door.value.pin) }
    }
    guard let place = PythonConsole.evaluate(nil, in: frame) else {
      return exchange.respond(.consoleGone)
    }
    let page = ConsolePage(
      function: place.function,
      file: place.file,
      line: place.line,
      excerpt: place.source,
      content: content
    )
    exchange.respond(page)
  }

  private func seeOther(_ frame: String, _ exchange: Exchange, _ fields: FieldSection = [:]) {
    var fields = fields
    fields.add(name: "Location", value: ConsolePage.path(of: frame))
    exchange.respond(ResponseHead(status: 303, fields: fields))
  }

  private func isAdmitted(_ request: Request) -> Bool {
    request.fields["Cookie"].flatMap { $0.split(separator: ";") }
      .contains { pair in
        let parts = pair.split(separator: "=", maxSplits: 1)
        return parts.count == 2 && parts[0].trimmingSpaces == Self.cookie
          && door.knows(secret: String(parts[1]))
      }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring { drop { $0 == " " } }
}
