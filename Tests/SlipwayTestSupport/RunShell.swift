import Glibc

/// Runs a command with /bin/sh and returns its exit status, -1 if it was ended by a signal.
package func runShell(_ command: String) -> Int32 {
  let words: [String] = ["sh", "-c", command]
  var arguments = words.map { strdup($0) }
  arguments.append(nil)
  defer { for argument in arguments { free(argument) } }
  var child = pid_t()
  guard posix_spawn(&child, "/bin/sh", nil, nil, &arguments, environ) == 0 else { return -1 }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0 {
    if errno != EINTR { return -1 }
  }
  return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
}
