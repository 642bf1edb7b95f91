import Glibc

/// Requests at a steady rate, half on connections that are kept and half on fresh ones, while the
/// test saves numbered texts (`rev-N`).
///
/// The newest number saved is read before the first byte of a request is sent: a response that shows
/// an older one is stale without doubt.
package final class SaveLoad: Sendable {
  /// What became of the requests.
  package struct Report: Sendable {
    package var good = 0
    /// What went wrong, in words.
    package var failures: [String] = []
    package var stale: [String] = []
  }

  private struct State {
    var report = Report()
    var saved: Int
    var isOver = false
    var running = 0
  }

  private let port: UInt16
  private let state: Monitor<State>

  /// Starts `clients` threads with `rate` requests a second between them.
  package init(port: UInt16, saved: Int, rate: Int, clients: Int = 40) {
    self.port = port
    state = Monitor(State(saved: saved, running: clients))
    let interval = UInt32(1_000_000 * clients / rate)
    for client in 0..<clients {
      startThread("load") { [self] in
        run(isKept: client.isMultiple(of: 2), interval)
        state.update { $0.running -= 1 }
      }
    }
  }

  /// To be called when the save has returned.
  package func note(saved number: Int) {
    state.update { $0.saved = number }
  }

  /// Lets the running requests end, and says what became of all.
  package func stop() throws -> Report {
    state.update { $0.isOver = true }
    let report = state.wait(atMost: ServerProcess.patience) { $0.running == 0 ? $0.report : nil }
    guard let report else {
      throw ServerProcess.Failure(description: "requests are not answered: \(state.update { $0 })")
    }
    return report
  }

  private func run(isKept: Bool, _ interval: UInt32) {
    var kept: RawClient?
    while case (let saved, false) = state.update({ ($0.saved, $0.isOver) }) {
      do {
        let client = try kept ?? RawClient(port: port)
        let saved = max(saved, state.update(\.saved))
        let fields = isKept ? "" : "Connection: close\r\n"
        try client.send("GET / HTTP/1.1\r\nHost: e2e\r\n\(fields)\r\n")
        let response = try client.response()
        let number = Int(response.text.firstMatch(of: #/rev-(\d+)/#)?.1 ?? "")
        state.update { state in
          if response.status != 200 || number == nil {
            state.report.failures.append("\(response.status): \(response.text.prefix(300))")
          } else if let number, number < saved {
            state.report.stale.append("\(number) although \(saved) was saved")
          } else {
            state.report.good += 1
          }
        }
        kept = isKept && response["connection"] != "close" ? client : nil
      } catch {
        kept = nil
        state.update { $0.report.failures.append("\(error)") }
      }
      usleep(interval)
    }
  }
}
