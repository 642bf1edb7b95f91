extension Exchange {
  /// What error pages, the error log and the access log call an exchange: the generation and the
  /// number in it, `7-12`. Unique over all restarts of a process.
  ///
  /// It is always the server's own. An `X-Request-Id` that the client sends is a field like any
  /// other: who could choose the id could make two exchanges look like one.
  package static func requestID(_ id: UInt64, generation: Int) -> String { "\(generation)-\(id)" }
}
