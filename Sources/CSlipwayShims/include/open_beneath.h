#ifndef SLIPWAY_OPEN_BENEATH_H
#define SLIPWAY_OPEN_BENEATH_H

#include <stdbool.h>

/// Opens `path` below the directory `directory`; the kernel lets no component, `..` or link lead
/// out of it, and follows no magic link of /proc: openat2(2) with RESOLVE_BENEATH and
/// RESOLVE_NO_MAGICLINKS. With `follow_links` false no symbolic link is followed at all (ELOOP).
///
/// Returns a descriptor that the caller closes, or -1 with errno set: EXDEV where the path would
/// lead out, EAGAIN where a rename raced with a `..`. Linux 5.6 and later.
///
/// Why C: glibc has no openat2, and syscall(2) is variadic, which Swift does not import.
int slipway_open_beneath(int directory, const char *_Nonnull path, int flags, bool follow_links);

#endif
