import FoundationEssentials

/// Finds out which linker command the compiler's driver would run.
struct LinkPlanner {
  let toolchain: Toolchain
  let request: BuildRequest

  /// Asks the driver. `driver` is SwiftPM's command, `inputs` what that depends on.
  func link(
    driver: [String],
    inputs: [String],
    library: String
  ) async throws(Doubt) -> ReplayPlan.Link {
    let jobs =
      try await toolchain
      .print(driver[0], driver.dropFirst() + ["-driver-print-jobs"], in: request)
      .output.compactMap { ShellWords.split($0) }
    guard var clang = jobs.last, jobs.count <= 2 else { throw Doubt("an unknown kind of link") }
    var extract: [String]?
    if jobs.count == 2 {
      guard jobs[0][0].hasSuffix("/swift-autolink-extract"), let output = jobs[0].value(of: "-o"),
        let index = clang.firstIndex(of: "@\(output)")
      else { throw Doubt("an unknown job before the link") }
      extract = jobs[0].map { $0 == output ? ReplayPlan.Link.autolinkFile : $0 }
      clang[index] = "@" + ReplayPlan.Link.autolinkFile
    }
    let link = ReplayPlan.Link(
      inputs: inputs,
      extract: extract,
      clang: clang,
      linker: FasterLinker.mayReplaceLinker(of: driver, through: clang[0])
        ? FasterLinker.name : nil,
      command: [],
      library: library
    )
    return try await renewed(link, objects: [:])
  }

  /// The same link, with the libraries that the objects ask for now. `objects` are those that take the
  /// place of SwiftPM's.
  func renewed(
    _ link: ReplayPlan.Link,
    objects: [String: String]
  ) async throws(Doubt) -> ReplayPlan.Link {
    let directory = ReplayDirectory(for: request).path
    let autolink = "\(directory)/autolink"
    if let extract = link.extract {
      try ReplayDirectory.create(directory)
      let arguments = extract.dropFirst()
        .map { $0 == ReplayPlan.Link.autolinkFile ? autolink : objects[$0] ?? $0 }
      _ = try await toolchain.print(extract[0], arguments, in: request)
    }
    let arguments = link.clang.dropFirst()
      .map { $0 == "@" + ReplayPlan.Link.autolinkFile ? "@\(autolink)" : objects[$0] ?? $0 }
    let choice = link.linker.map { ["-fuse-ld=\($0)"] } ?? []
    let printed = try await toolchain.print(
      link.clang[0],
      arguments + choice + ["-###"],
      in: request
    )
    let commands = printed.error.filter { $0.hasPrefix(" \"") || $0.hasPrefix(" /") }
    guard commands.count == 1, let command = ShellWords.split(commands[0].dropFirst()),
      command.value(of: "-o") == link.library, command[0].hasPrefix("/"),
      !command.contains(where: { $0.hasPrefix("@") })
    else { throw Doubt("the link takes more than one command") }
    let originals = Dictionary(
      objects.map { ($0.value, $0.key) },
      uniquingKeysWith: { first, _ in first }
    )
    var renewed = link
    renewed.command = command.map { originals[$0] ?? $0 }
    return renewed
  }
}
