import ArgumentParser
import SlipwayDev

/// What can be set on the command line. The values stay texts here: what they mean, and what is
/// wrong with them, is said in one place for flags, environment and file.
struct ConfigurationFlags: ParsableArguments {
  @Argument(help: "The directory to serve, or its configuration file. (default: .)")
  var path: String?

  @Option(help: ArgumentHelp("Read this file in place of PATH/slipway.yaml.", valueName: "file"))
  var config: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Listen on HOST:PORT, unix:PATH or fd:N; may be repeated. (default: 127.0.0.1:8080)",
      discussion: "Port 0 takes a free one. Sockets that systemd passes are used without this.",
      valueName: "address"
    )
  )
  var listen: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Answer for this host too; may be repeated. .NAME is a whole domain, all is every host.",
      discussion: "localhost, *.localhost and literal addresses are always answered for.",
      valueName: "name"
    )
  )
  var allowedHost: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Serve TARGET below PREFIX; may be repeated.",
      discussion: "PREFIX=swift:DIR[#PRODUCT] or PREFIX=files:DIR; replaces the file's mounts.",
      valueName: "prefix=kind:target"
    )
  )
  var mount: [String] = []

  @Flag(inversion: .prefixedNo, help: "Watch for changes. (default: --watch)")
  var watch: Bool?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Do not watch what matches; may be repeated. Syntax of .gitignore.",
      valueName: "pattern"
    )
  )
  var ignore: [String] = []

  @Option(
    help: ArgumentHelp(
      "How packages are built: debug, release. (default: debug)",
      valueName: "configuration"
    )
  )
  var configuration: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A further argument for `swift build`, such as -Xswiftc; may be repeated.",
      valueName: "flag"
    )
  )
  var buildFlag: [String] = []

  @Option(
    help: ArgumentHelp("Says why an application runs with no sanitizer.", visibility: .hidden)
  )
  var sanitize: String?

  @Option(
    help: ArgumentHelp(
      "While the code does not build, answer with the error page or with the previous code: page, "
        + "previous. (default: page)",
      valueName: "answer"
    )
  )
  var onBuildFailure: String?

  @Option(
    help: ArgumentHelp(
      "How long a request may wait for a build. (default: 60s)",
      valueName: "duration"
    )
  )
  var holdTimeout: String?

  @Option(
    help: ArgumentHelp(
      "How long running requests may delay a restart. (default: 2s)",
      valueName: "duration"
    )
  )
  var grace: String?

  @Option(
    help: ArgumentHelp(
      "How long an application may take to load before it is shown where it hangs. (default: 10s)",
      valueName: "duration"
    )
  )
  var loadTimeout: String?

  @Option(
    help: ArgumentHelp(
      "After how many crashes in ten seconds an application waits for a change; 0: never. "
        + "(default: 3)",
      valueName: "number"
    )
  )
  var crashLimit: String?

  @Flag(inversion: .prefixedNo, help: "Open a browser at the start. (default: --no-open)")
  var open: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Send Slipway-Generation with every response. (default: --generation-header)"
  )
  var generationHeader: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Speak HTTPS and HTTP/2. (default: --no-tls)",
      discussion: "With a certificate that is made for the project, unless one is named."
    )
  )
  var tls: Bool?

  @Option(
    help: ArgumentHelp(
      "Speak HTTPS with this certificate, in PEM form, its chain behind it.",
      valueName: "file"
    )
  )
  var tlsCertificate: String?

  @Option(
    help: ArgumentHelp(
      "The key of that certificate. (default: in the same file)",
      valueName: "file"
    )
  )
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "Tell what happens as text for people or as json for tools. (default: text)",
      valueName: "format"
    )
  )
  var logFormat: String?

  @OptionGroup(title: "Limits")
  var limits: LimitFlags
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Write a line for each request into FILE, or none with off; also format=, rotate=, keep=.",
      discussion: "Formats: common, combined, or one of Apache's. May be repeated.",
      valueName: "file"
    )
  )
  var accessLog: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Write what goes wrong into FILE too; also rotate= and keep=. May be repeated.",
      valueName: "file"
    )
  )
  var errorLog: [String] = []

  @Option(
    help: ArgumentHelp(
      "Show what the application prints line by line with its mount, or leave its descriptors "
        + "alone: prefixed, raw. (default: prefixed)",
      valueName: "way"
    )
  )
  var applicationOutput: String?

  @OptionGroup(title: "Debugging")
  var debug: DebugFlags

  @Flag(name: .shortAndLong, help: "Tell more; twice for everything.")
  var verbose: Int

  /// Where the configuration is to be read from, in the running process.
  var sources: ConfigurationSources {
    var flags = ConfigurationSources.Flags()
    flags.path = path
    flags.file = config
    flags.verbosity = verbose
    flags.settings[.listen] = listen.isEmpty ? nil : listen
    flags.settings[.allowedHosts] = allowedHost.isEmpty ? nil : allowedHost
    flags.settings[.mounts] = mount.isEmpty ? nil : mount
    flags.settings[.ignore] = ignore.isEmpty ? nil : ignore
    flags.settings[.watch] = watch.map { ["\($0)"] }
    flags.settings[.configuration] = configuration.map { [$0] }
    flags.settings[.buildFlags] = buildFlag.isEmpty ? nil : buildFlag
    flags.settings[.sanitize] = sanitize.map { [$0] }
    flags.settings[.onBuildFailure] = onBuildFailure.map { [$0] }
    flags.settings[.holdTimeout] = holdTimeout.map { [$0] }
    flags.settings[.grace] = grace.map { [$0] }
    flags.settings[.loadTimeout] = loadTimeout.map { [$0] }
    flags.settings[.crashLimit] = crashLimit.map { [$0] }
    flags.settings[.open] = open.map { ["\($0)"] }
    flags.settings[.generationHeader] = generationHeader.map { ["\($0)"] }
    flags.settings[.tls] = tls.map { ["\($0)"] }
    flags.settings[.tlsCertificate] = tlsCertificate.map { [$0] }
    flags.settings[.tlsKey] = tlsKey.map { [$0] }
    flags.settings[.accessLog] = accessLog.isEmpty ? nil : accessLog
    flags.settings[.errorLog] = errorLog.isEmpty ? nil : errorLog
    flags.settings[.applicationOutput] = applicationOutput.map { [$0] }
    flags.settings[.logFormat] = logFormat.map { [$0] }
    flags.settings.merge(limits.settings) { $1 }
    flags.settings.merge(debug.settings) { $1 }
    return ConfigurationSources(flags: flags)
  }
}

extension ConfigurationSources {
  /// The configuration, or the end of the command with a message on standard error.
  func resolveOrExit() throws -> DevConfiguration {
    do throws(ConfigurationError) {
      return try resolve()
    } catch {
      ErrorReport.write(error, environment: environment)
      throw ExitCode.failure
    }
  }
}
