/// Connections, and what wakes a thread that waits for them.
#ifndef SLIPWAY_SHIMS_SOCKETS_H
#define SLIPWAY_SHIMS_SOCKETS_H

/// Takes a connection from a listener's backlog, non-blocking and close-on-exec: the new
/// descriptor, or -1 with errno. See accept4(2).
/// Why C: declared under _GNU_SOURCE; and accept(2) with fcntl(2) behind it would leak the
/// descriptor into a child started in between.
int slipway_accept(int listener);

/// eventfd(2), non-blocking and close-on-exec: the new descriptor, or -1 with errno.
/// Why C: the Glibc module does not import sys/eventfd.h.
int slipway_wake_up(void);

#endif
