#define _GNU_SOURCE
#include "open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

// Not in the headers of every distribution that is still in use.
#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

int slipway_open_beneath(int directory, const char *_Nonnull path, int flags, unsigned how) {
  struct open_how open_how = {
      .flags = (unsigned)flags,
      .resolve = RESOLVE_NO_MAGICLINKS |
                 (how & SLIPWAY_OPEN_LEAVES ? 0 : RESOLVE_BENEATH) |
                 (how & SLIPWAY_OPEN_REFUSES_LINKS ? RESOLVE_NO_SYMLINKS : 0) |
                 (how & SLIPWAY_OPEN_CACHED ? RESOLVE_CACHED | RESOLVE_NO_XDEV : 0),
  };
  return (int)syscall(SYS_openat2, directory, path, &open_how, sizeof open_how);
}
