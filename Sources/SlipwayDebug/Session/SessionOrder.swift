/// What a relay is told when it is started, as one line of JSON.
struct SessionOrder: Codable, Sendable {
  /// Under which numbers the relay finds what it is given.
  enum Descriptor {
    /// Shared with the server: the order comes, reports go.
    static let control: Int32 = 3
    static let client: Int32 = 4
    /// The debug socket's, as many as the order says, from here up.
    static let firstListener: Int32 = 5
  }

  var client: DebugClient
  /// The process that is debugged: the server.
  var process: Int32
  var launch: ServerLaunch
  var listenerCount: Int
  /// The file for what the debugger server says about itself.
  var log: String
}

/// How a debugger server is started.
package struct ServerLaunch: Codable, Sendable, Hashable {
  /// Where it converses with the client.
  package enum Place: String, Codable, Sendable {
    /// On its standard input and output.
    case standardStreams
    /// On descriptor 3.
    case descriptor3
  }

  /// An absolute path.
  package var executable: String
  package var arguments: [String]
  /// For this program alone, beside our own environment.
  package var environment: [String: String]
  package var place: Place

  package init(
    executable: String,
    arguments: [String],
    environment: [String: String] = [:],
    place: Place
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.place = place
  }
}
