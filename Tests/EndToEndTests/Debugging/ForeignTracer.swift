import SlipwayTestSupport

/// Somebody else who traces the server, as strace(1) does: takes its main thread, which sleeps, and lets
/// it run. See ptrace(2), PTRACE_SEIZE.
final class ForeignTracer {
  private var program: RunningProgram?

  init(of process: Int32) throws {
    let script = """
      import ctypes, signal
      libc = ctypes.CDLL(None, use_errno=True)
      libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
      failed = libc.ptrace(0x4206, \(process), None, None)
      print("failed", ctypes.get_errno(), flush=True) if failed else print("traced", flush=True)
      signal.pause()
      """
    program = try RunningProgram(["/usr/bin/env", "python3", "-c", script], directory: "/")
    _ = try program?.line(after: "traced")
  }

  /// Lets the process go.
  func end() { program = nil }
}
