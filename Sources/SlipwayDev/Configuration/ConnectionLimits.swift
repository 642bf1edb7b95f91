import SlipwayCore
package import SlipwaySystem

/// What connections and requests may cost in time and memory. The defaults are the gateway's.
package struct ConnectionLimits: Sendable, Equatable, Codable {
  package var headTimeout: Duration
  package var bodyTimeout: Duration
  package var idleTimeout: Duration
  package var writeTimeout: Duration

  /// Bytes of a request head, all of it and its first line; lines of its header section.
  package var head: Int
  package var requestLine: Int
  package var fields: Int

  /// Bytes of a request body, where its mount says nothing else.
  package var body: Int

  package var connections: Int

  package init() {
    let defaults = Gateway.Configuration()
    headTimeout = defaults.headTimeout
    bodyTimeout = defaults.bodyTimeout
    idleTimeout = defaults.idleTimeout
    writeTimeout = defaults.writeTimeout
    head = defaults.headLimit
    requestLine = defaults.requestLineLimit
    fields = defaults.fieldLimit
    body = defaults.bodyLimit
    connections = defaults.maximumConnections
  }

  /// What to say where the process may open too few descriptors for so many connections; nil if it
  /// may open enough.
  package func shortage(of descriptors: DescriptorLimit) -> EnvironmentError? {
    guard connections > descriptors.hard - Self.otherDescriptors else { return nil }
    return .tooFewDescriptors(descriptors.hard, connections: connections)
  }

  /// Descriptors for everything but connections: files that are being sent, what applications open.
  private static let otherDescriptors = 256

  func apply(to gateway: inout Gateway.Configuration) {
    gateway.headTimeout = headTimeout
    gateway.bodyTimeout = bodyTimeout
    gateway.idleTimeout = idleTimeout
    gateway.writeTimeout = writeTimeout
    gateway.headLimit = head
    gateway.requestLineLimit = requestLine
    gateway.fieldLimit = fields
    gateway.bodyLimit = body
    gateway.maximumConnections = connections
  }
}
