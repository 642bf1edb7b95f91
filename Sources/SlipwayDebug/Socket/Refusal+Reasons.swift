extension Refusal {
  /// Somebody else is being served.
  static func occupied(by client: DebugClient) -> Refusal {
    Refusal("\(occupation)\(client.name).")
  }

  /// Whom a text that says so says to be served.
  static func occupant(in text: String) -> String? {
    text.firstRange(of: occupation).map { String(text[$0.upperBound...].prefix { $0 != "." }) }
  }

  private static let occupation = "another debugger is attached to this server already: "

  /// For whoever does not speak a debugger's language.
  static let notADebugger = Refusal(
    "it is for LLDB, gdb and editors that speak the Debug Adapter Protocol."
  )

  static func failed(_ error: any Error) -> Refusal { Refusal("\(error)") }
}
