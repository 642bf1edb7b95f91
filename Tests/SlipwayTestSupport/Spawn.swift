import Glibc

/// The start of a program in a process group of its own, with no input (posix_spawn(3)).
struct Spawn {
  /// An absolute path, and what comes behind it.
  var command: [String]
  /// Added to the environment of this process.
  var environment: [String: String]
  var directory: String?
  /// Open descriptors, and the numbers that they get in the program.
  var descriptors: [(open: Int32, number: Int32)]

  /// Starts it and returns its process identifier. Whoever calls this waits for it.
  func start() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (open, number) in descriptors {
      posix_spawn_file_actions_adddup2(&actions, open, number)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    let command = (directory.map { ["/usr/bin/env", "--chdir=\($0)"] } ?? []) + command
    let arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] = merged.map { strdup($0) } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
    guard code == 0 else {
      throw ServerProcess.Failure(description: "\(command[0]): \(String(cString: strerror(code)))")
    }
    return pid
  }

  private var merged: [String] {
    var variables: [String] = []
    var next = environ
    while let variable = next.pointee {
      let text = String(cString: variable)
      let name = text.prefix { $0 != "=" }
      // What the tests were started with is nothing to the server.
      if environment[String(name)] == nil, !name.hasPrefix("SLIPWAY_") { variables.append(text) }
      next += 1
    }
    return variables + environment.map { "\($0.key)=\($0.value)" }
  }
}
