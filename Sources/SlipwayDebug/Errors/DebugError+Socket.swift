package import SlipwaySystem

// Of the socket and of sessions.
extension DebugError {
  static func relayNotStarted(_ reason: String) -> Self {
    Self(
      code: .relayNotStarted,
      message: "The debugger could not be connected: \(reason).",
      remedy: "See that the executable of slipway is in its place."
    )
  }

  /// See ptrace(2), "Ptrace access mode checking".
  package static func tracingForbidden(
    _ obstacle: Tracing.Obstacle,
    words: String = ""
  ) -> Self {
    switch obstacle {
    case .onlyWithCapability:
      Self(
        code: .tracingForbidden,
        message:
          "This machine lets nobody but root debug a process: kernel.yama.ptrace_scope is 2.",
        remedy: "Allow it until the next boot with: sudo sysctl kernel.yama.ptrace_scope=1."
      )
    case .neverAgain:
      Self(
        code: .tracingForbidden,
        message: "This machine lets nobody debug a process: kernel.yama.ptrace_scope is 3.",
        remedy: "It stays so until the next boot; see /etc/sysctl.d."
      )
    case .perhapsFiltered:
      Self(
        code: .tracingForbidden,
        message:
          "The debugger server may not trace this process; a seccomp filter is in force here"
          + (words.isEmpty ? "." : ". It said: \(words)."),
        remedy: "In a container, start it with --cap-add=SYS_PTRACE, or with --security-opt "
          + "seccomp=unconfined. If another debugger or strace has this process, end that first."
      )
    }
  }

  static func serverFailed(_ client: String, words: String) -> Self {
    Self(
      code: .serverFailed,
      message: "The debugger server for \(client) ended before it had attached"
        + (words.isEmpty ? "." : ": \(words)."),
      remedy: "If another debugger or strace has this process, end that first."
    )
  }

  static func refused(_ client: String) -> Self {
    Self(
      code: .refused,
      message: "Another debugger, \(client), was turned away: one is attached already.",
      remedy: "Detach that one first."
    )
  }

  static let stranger = Self(
    code: .stranger,
    message: "Somebody else on this machine tried to attach a debugger, and was turned away: "
      + "only processes of the user who runs the server may.",
    remedy: "Attach as that user."
  )

  static let stoppedAtRestart = Self(
    code: .stoppedAtRestart,
    message:
      "LLDB stopped the server at its restart, as it does after execve unless told otherwise.",
    remedy: "Tell it once: settings set target.process.stop-on-exec false. “slipway attach” does."
  )

  static let killRefused = Self(
    code: .killRefused,
    message: "A debugger asked to end the server. It was detached, and the server goes on.",
    remedy: "Press q or Ctrl-C here to end the server."
  )

  package static func notListening(because error: SystemError) -> Self {
    Self(
      code: .notListening,
      message: "Debuggers cannot attach: \(error.message)",
      remedy: "Choose another address with --debug-socket, or none with --debug-socket off."
    )
  }

  static let noPython = Self(
    code: .noPython,
    message: "An editor asked for a Python debugger, and none runs here.",
    remedy:
      "Set `debugger: debugpy` for the Python mount, or use a configuration for LLDB, such as "
      + "“slipway init --editor” writes."
  )

  /// Whoever reaches the socket from another machine can run what he likes.
  package static func exposed(_ place: String) -> Self {
    Self(
      code: .exposed,
      message:
        "The debug socket \(place) can be reached from other machines, and whoever reaches it "
        + "can do whatever you can.",
      remedy: "Use an address of this machine alone, and ssh -L to reach it from another."
    )
  }
}
