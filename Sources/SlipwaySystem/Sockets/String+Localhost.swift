extension String {
  /// Whether the name is `localhost` or ends in `.localhost`, which always mean this machine
  /// (RFC 6761, section 6.3). Case and one dot at the end do not matter.
  package var isLocalhostName: Bool {
    var name = lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    return name == "localhost" || name.hasSuffix(".localhost")
  }
}
