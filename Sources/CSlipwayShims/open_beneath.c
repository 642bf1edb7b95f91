#define _GNU_SOURCE
#include "open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int slipway_open_beneath(int directory, const char *_Nonnull path, int flags, bool follow_links) {
  struct open_how how = {
      .flags = (unsigned)flags,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (follow_links ? 0 : RESOLVE_NO_SYMLINKS),
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}
