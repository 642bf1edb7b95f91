/// Breakpoints that a debugger server which was killed has left in the program's text.
#ifndef SLIPWAY_SHIMS_LEFTOVER_BREAKPOINT_H
#define SLIPWAY_SHIMS_LEFTOVER_BREAKPOINT_H

#include <signal.h>

/// Whether the SIGTRAP that `info` and `context` tell of was a breakpoint instruction that memory
/// has and the file behind it has not: then the original is back in memory and the program counter
/// on it, and the handler has only to return for the program to go on as if nothing had been. So it
/// is with the steps and watchpoints of a debugger server that was killed.
/// 0 for a trap that the program meant, and where the file cannot be read any more.
///
/// Async-signal-safe, on any thread, on several at once; keeps errno. Uses four KiB of stack.
/// Why C: runs in a signal handler, and reads the machine's registers out of a ucontext.
int slipway_heal_breakpoint(const siginfo_t *_Nonnull info, void *_Nonnull context);

/// Handles SIGTRAP from now on: leftover breakpoints are healed, and every other trap goes to the
/// disposition that there was before. 0, or -1 with errno.
///
/// For a process without the crash guard, which does the same and more.
/// Why C: as above.
int slipway_heal_breakpoints(void);

#endif
