// What a configuration opens to others: said at each start, for it is easily forgotten.
extension EnvironmentError {
  /// The addresses, as the configuration spells such, are reachable from other machines.
  static func reachable(_ addresses: [String], mounts: [MountConfiguration]) -> Self {
    let places = addresses.map(\.shownSafely).joined(separator: " and ")
    let prefixes = mounts.map(\.prefix).joined(separator: ", ")
    return Self(
      code: .openToOthers,
      message: "Other machines can reach \(places): \(prefixes), and the error pages with paths and"
        + " source text, are theirs to read.",
      remedy: "If they are not meant to, listen on 127.0.0.1 or localhost."
    )
  }

  /// The Host field is not looked at.
  static func everyHost() -> Self {
    Self(
      code: .openToOthers,
      message: "allowed-hosts is all: any page in a browser on this machine can have its own name"
        + " lead here and read what is served (DNS rebinding).",
      remedy: "Name the hosts instead, such as --allowed-host app.example.test."
    )
  }
}
