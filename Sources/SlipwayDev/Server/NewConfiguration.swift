import SlipwaySystem
import Synchronization

/// The configuration that the next generation is to have: the present one, until its file has been
/// changed to another that is good.
final class NewConfiguration: Sendable {
  private let sources: ConfigurationSources
  private let events: EventStream
  private let configuration: Mutex<DevConfiguration>

  init(current: DevConfiguration, sources: ConfigurationSources, events: EventStream) {
    configuration = Mutex(current)
    self.sources = sources
    self.events = events
  }

  /// For the handoff.
  var value: DevConfiguration { configuration.withLock { $0 } }

  /// Reads the sources again. Returns whether the configuration is another one now; a bad one is
  /// reported, and the present one stays.
  func reread() -> Bool {
    do throws(ConfigurationError) {
      let new = try sources.resolve()
      return configuration.withLock { configuration in
        defer { configuration = new }
        return configuration != new
      }
    } catch {
      events.post(.configurationRejected(message: error.description))
      return false
    }
  }
}
