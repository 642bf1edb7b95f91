/// Lets the program that execve(2) starts begin while the memory of the old one is still being freed.
#ifndef SLIPWAY_SHIMS_MEMORY_HOLDER_H
#define SLIPWAY_SHIMS_MEMORY_HOLDER_H

/// Starts a process that shares this one's memory, and ends once this one has become another program.
/// Its PID, or -1.
///
/// The kernel takes an address space down when its last user is gone, page by page: some milliseconds in
/// which the next program would not have begun. So that is left to the holder, on another core. It only
/// waits for the close-on-exec end of a pipe, with the signals of the caller blocked and no other
/// descriptor, and ends without SIGCHLD: waitpid(2) tells of it to nobody who does not say `__WCLONE`.
///
/// To be called right before execve(2), with all signals blocked. Why C: clone(2) is variadic, and what
/// the holder runs may use neither Swift's runtime nor the stack of a thread.
int slipway_hold_memory(void);

/// Ends the holder where execve(2) failed.
void slipway_let_memory_go(int holder);

/// Has the kernel forget a holder that has ended, which it does within milliseconds.
void slipway_reap_memory_holder(int holder);

#endif
