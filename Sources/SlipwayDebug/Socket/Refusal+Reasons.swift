extension Refusal {
  /// Somebody else is being served.
  static let occupied = Refusal("another debugger is attached to this server already.")

  /// For whoever does not speak a debugger's language.
  static let notADebugger = Refusal(
    "it is for LLDB, gdb and editors that speak the Debug Adapter Protocol."
  )

  static func failed(_ error: any Error) -> Refusal { Refusal("\(error)") }
}
