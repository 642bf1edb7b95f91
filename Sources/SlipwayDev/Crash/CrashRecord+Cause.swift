import Glibc
import SlipwaySystem

extension CrashRecord {
  /// What ended the thread, in a sentence: for those who do not know signals by their numbers.
  var cause: String {
    switch kind {
    case .exit(let status): "The application called exit(\(status))."
    case .sample: "The thread runs."
    case .signal(let signal, let code, let address):
      switch signal {
      case SIGSEGV where isStackOverflow: "The stack has overflowed (SIGSEGV)."
      case SIGSEGV where code <= 0: "Somebody sent SIGSEGV."
      case SIGSEGV where address < 4096: "A null pointer was used (SIGSEGV at \(hex(address)))."
      case SIGSEGV:
        "Memory was accessed that is not there, or not for that (SIGSEGV at \(hex(address)))."
      case SIGBUS: "Memory was accessed that has nothing behind it (SIGBUS at \(hex(address)))."
      case SIGILL where code > 0:
        "A check of Swift’s failed, or the processor met what is no instruction (SIGILL)."
      case SIGILL: "Somebody sent SIGILL."
      case SIGTRAP: "The program ended itself (SIGTRAP)."
      case SIGFPE: "An integer was divided by zero, or the result did not fit (SIGFPE)."
      case SIGABRT: "The program called abort() (SIGABRT)."
      default: "Signal \(signal) ended it."
      }
    }
  }

  /// `SIGSEGV`, `exit(3)`.
  var shortCause: String {
    switch kind {
    case .exit(let status): "exit(\(status))"
    case .sample: "running"
    case .signal(let signal, _, _):
      [
        SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
        SIGFPE: "SIGFPE", SIGABRT: "SIGABRT",
      ][signal] ?? "signal \(signal)"
    }
  }

  /// The access was just below the stack, or in the pages around its end.
  var isStackOverflow: Bool {
    guard case .signal(SIGSEGV, code: 1..., let address) = kind, stackPointer > 0 else {
      return false
    }
    let distance = address > stackPointer ? address - stackPointer : stackPointer - address
    return distance < 256 * 1024
  }

  private func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}
