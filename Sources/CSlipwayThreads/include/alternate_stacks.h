/// A stack for signal handlers on every thread, so that a stack overflow is a signal like any other.
#ifndef SLIPWAY_THREADS_ALTERNATE_STACKS_H
#define SLIPWAY_THREADS_ALTERNATE_STACKS_H

/// How large they are: what the crash guard's handler needs, several times over.
#define SLIPWAY_ALTERNATE_STACK (64 * 1024)

/// Whether the executable's `pthread_create` is the one that shared libraries call. It is a symbol
/// of the executable itself, which the loader finds before that of the C library: Swift's pool, C++
/// and the application start their threads through it.
///
/// Without effect on threads that the C library starts for itself or by `thrd_create`, and on those
/// made by clone(2): a stack overflow there ends the process. The main thread's is the guard's
/// business.
/// Why C: sigaltstack(2) is per thread, nobody tells when a thread of a library begins, and no Swift
/// may run before it has.
int slipway_threads_have_alternate_stacks(void);

#endif
