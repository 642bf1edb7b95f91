/// What `.slipway/server.json` calls `state`.
package enum ServerState: String, Sendable {
  case starting, ready, building, failed
}
