import NIOCore

/// The limits of the configuration as event loops reckon with them: looked at in every exchange, where
/// a `Duration`, which has 128 bits, would have to be divided each time.
struct Timeouts {
  let head: TimeAmount
  let body: TimeAmount
  let idle: TimeAmount
  let write: TimeAmount
  let hold: TimeAmount
  let linger: TimeAmount

  init(_ configuration: Gateway.Configuration) {
    head = TimeAmount(configuration.headTimeout)
    body = TimeAmount(configuration.bodyTimeout)
    idle = TimeAmount(configuration.idleTimeout)
    write = TimeAmount(configuration.writeTimeout)
    hold = TimeAmount(configuration.holdTimeout)
    linger = TimeAmount(configuration.lingerTimeout)
  }
}
