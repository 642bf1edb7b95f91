import CSlipwayABI
import SlipwayApp
import SlipwayNative
import SlipwayNativeTestSupport

/// Serves `Harbour` as if it had been loaded from a library: through an entry point.
func withHarbour(
  at prefix: String = "/",
  entry: NativeApplication.EntryPoint = { Harbour.export(to: $0).table },
  _ body: (NativeServer) async throws -> Void
) async throws {
  let log = LogRecorder()
  let application = try NativeApplication.start(
    entry,
    of: "the tests",
    product: "Harbour",
    generation: 3,
    directory: "/srv/harbour",
    log: { log.write($0, $1, $2) }
  )
  try await NativeServer.serve(application, log: log, at: prefix, body)
}

extension UnsafeRawPointer? {
  /// What an entry point returns, as the header declares it.
  var table: UnsafePointer<slipway_app>? {
    self?.assumingMemoryBound(to: slipway_app.self)
  }
}
