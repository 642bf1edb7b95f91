import Glibc
import SlipwaySystem
import SlipwayWSGI
import SystemPackage

/// Whether this machine can serve a configuration: what `slipway check` looks at.
///
/// Every check looks at the real thing: it binds the address, creates the inotify instance, writes
/// the file. Blocks, up to some seconds.
package struct Checkup {
  let configuration: DevConfiguration
  let environment: [String: String]

  package init(configuration: DevConfiguration, environment: [String: String]) {
    self.configuration = configuration
    self.environment = environment
  }

  /// In the order in which they matter to somebody who wants to serve.
  package func run() -> [Finding] {
    [checkFile()] + checkVariables() + checkToolchain() + configuration.mounts.map(check)
      + checkSearchPaths() + checkDebuggers()
      + [checkState()] + configuration.listen.flatMap(check) + checkTLS() + checkHosts()
      + checkWatching() + checkDescriptors()
  }

  // MARK: - Configuration

  private func checkFile() -> Finding {
    .ok(
      "configuration",
      configuration.file.map { "\($0) is understood" } ?? "no slipway.yaml, and none is needed"
    )
  }

  /// Variables that look as if they were meant for us.
  private func checkVariables() -> [Finding] {
    let known = Setting.allCases.map(\.environmentVariable)
    return environment.keys.sorted()
      .compactMap { name in
        guard name.hasPrefix("SLIPWAY_"), !known.contains(name) else { return nil }
        return .warn("environment", .unknownVariable(name, nearest: name.nearest(among: known)))
      }
  }

  private func check(_ mount: MountConfiguration) -> Finding {
    let subject = "mount"
    switch mount.target {
    case .files(let directory):
      guard isReadableDirectory(directory) else {
        return .fail(subject, .directoryMissing(directory, mountedAt: mount.prefix))
      }
      let what = "\(mount.prefix) is the files of \(directory)"
      return .ok(subject, what, details: mount.settings)
    case .wsgi(let target):
      return check(target, of: mount)
    case .swift(let package, let product):
      guard isReadableDirectory(package) else {
        return .fail(subject, .directoryMissing(package, mountedAt: mount.prefix))
      }
      guard access(package + "/Package.swift", R_OK) == 0 else {
        return .fail(subject, .noPackage(package, mountedAt: mount.prefix))
      }
      let what = product.map { "the product \($0)" } ?? "the dynamic library"
      return .ok(
        subject,
        "\(mount.prefix) is \(what) of \(package)",
        details: mount.settings
      )
    }
  }

  private func check(_ target: PythonTarget, of mount: MountConfiguration) -> Finding {
    let options = WSGIOptions(mount, target, searchPaths: configuration.searchPaths)
    let locator = InterpreterLocator(options, environment: environment)
    do throws(WSGIError) {
      let python = try locator.locate()
      return .ok(
        "mount",
        "\(mount.prefix) is \(target.shown), with Python \(python.version) of \(python.executable)",
        details: mount.settings
      )
    } catch {
      return Finding(verdict: .fail, subject: "mount", message: error.message, remedy: error.remedy)
    }
  }

  // MARK: - Machine

  private func checkToolchain() -> [Finding] {
    let needsSwift = configuration.mounts.contains {
      if case .swift = $0.target { true } else { false }
    }
    guard needsSwift else { return [] }
    let subject = "toolchain"
    switch ChildProcess.run(["swift", "--version"], keepsOutput: true, within: .seconds(20)) {
    case .success(let outcome) where outcome.status == 0:
      let first = outcome.output.split(whereSeparator: \.isNewline).first.map(String.init)
      return [.ok(subject, first ?? "swift")]
    case .success(let outcome):
      return [.fail(subject, .noToolchain("it ends with status \(outcome.status)"))]
    case .failure(.notStarted(let number)):
      return [.fail(subject, .noToolchain(String(cString: strerror(number))))]
    case .failure(.timedOut):
      return [.fail(subject, .noToolchain("it does not answer"))]
    }
  }

  /// Leaves nothing behind.
  private func checkState() -> Finding {
    let directory = configuration.directory + "/.slipway"
    let isNew = mkdir(directory, 0o700) == 0
    let file = directory + "/check-\(getpid())"
    do {
      let descriptor = try FileDescriptor.open(
        file,
        .writeOnly,
        options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite]
      )
      try descriptor.close()
      unlink(file)
      if isNew { rmdir(directory) }
      return .ok("state", "\(directory) can be written")
    } catch {
      return .fail("state", .notWritable(directory, because: "\(error)"))
    }
  }

  private func check(_ address: ListenAddress) -> [Finding] {
    switch ListenProbe.outcome(of: address) {
    case .failed(let number):
      return [.fail("address", .cannotListen(on: address, errno: number))]
    case .free(let isReachableFromOutside):
      let free = Finding.ok("address", "\(address) is free")
      guard isReachableFromOutside else { return [free] }
      let exposure = EnvironmentError.reachable(
        [address.description],
        mounts: configuration.mounts
      )
      return [free, .warn("address", exposure)]
    }
  }

  private func checkHosts() -> [Finding] {
    configuration.answersEveryHost ? [.warn("hosts", .everyHost())] : []
  }

  private func checkWatching() -> [Finding] {
    guard configuration.isWatching else { return [.ok("inotify", "nothing is to be watched")] }
    let limits = InotifyLimits.read()
    guard limits.hasInstance else {
      return [.warn("inotify", .inotifyInstances(limits.instances))]
    }
    let directories = Set(configuration.mounts.map(\.target.directory))
    let needed = directories.reduce(0) { $0 + InotifyLimits.directories(below: $1) }
    let left = max(0, limits.watches - limits.watchesInUse)
    guard needed < left else {
      return [
        .warn("inotify", .inotifyWatches(needed: needed, left: left, limit: limits.watches))
      ]
    }
    return [
      .ok("inotify", "\(needed.counted("directory", "directories")) to watch, \(left) watches left")
    ]
  }

  /// The server raises its limit to the hard one.
  private func checkDescriptors() -> [Finding] {
    configuration.limits.shortage(of: .current).map { [.warn("descriptors", $0)] } ?? []
  }

  private func isReadableDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      && access(path, R_OK | X_OK) == 0
  }
}

extension MountConfiguration.Target {
  /// The directory in which the mounted things are.
  var directory: String {
    switch self {
    case .files(let directory): directory
    case .swift(let package, _): package
    case .wsgi(let target): target.root
    }
  }
}

extension MountConfiguration.Target {
  var isFiles: Bool { if case .files = self { true } else { false } }
}
