extension ErrorPage {
  static func noMount(for target: String, mounts: [Mount]) -> ErrorPage {
    ErrorPage(
      code: "SW020",
      status: 404,
      title: "Nothing is mounted here",
      message: "No mount takes \(target).",
      remedy: "Use a path below one of the mounts, or add a mount to the configuration.",
      sections: mounts.isEmpty
        ? []
        : [
          .facts(
            heading: "Mounts",
            mounts.map {
              Fact(
                $0.prefix,
                "\($0.kind):\($0.target)",
                link: PercentEncoding.encode(path: $0.prefix)
              )
            }
          )
        ]
    )
  }

  /// - Parameter situation: What has come of the code that it waits for.
  static func heldTooLong(
    _ timeout: Duration,
    at mount: Mount,
    _ situation: String?,
    retryAfter: Int
  ) -> ErrorPage {
    ErrorPage(
      code: "SW021",
      status: 503,
      title: "The new code is not ready",
      message: "The request waited \(timeout) for code that is newer than what is loaded.",
      remedy: "The terminal shows how far the build is, or what the restart waits for. If builds"
        + " take that long, raise `hold-timeout`.",
      sections: [
        .facts(
          heading: "Waits for new code of",
          [Fact(mount.prefix, "\(mount.kind):\(mount.target)")]
            + (situation.map { [Fact("It is", $0)] } ?? [])
        )
      ],
      retryAfter: retryAfter,
      healsByItself: true
    )
  }
}
