/// Being traced by a debugger.
#ifndef SLIPWAY_SHIMS_TRACING_H
#define SLIPWAY_SHIMS_TRACING_H

/// Allows `process` and its descendants to trace this process where the Yama security module would
/// refuse them; prctl(2), PR_SET_PTRACER. 0 lifts the permission. Where there is no Yama, nothing
/// happens.
/// Why C: prctl is variadic, and the Glibc module does not import sys/prctl.h.
void slipway_allow_tracing_by(int process);

/// Copies up to `count` bytes that a socket has received, and leaves them unread: how many, 0 at the
/// end of the stream, or -1 with errno, EAGAIN where there are none yet. Never blocks. See recv(2),
/// MSG_PEEK.
/// Why C: the flags are an enumeration whose values Swift does not combine.
long slipway_peek(int socket, void *_Nonnull bytes, unsigned long count);

#endif
