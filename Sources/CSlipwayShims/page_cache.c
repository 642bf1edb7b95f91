#define _GNU_SOURCE
#include "page_cache.h"

#include <sys/uio.h>
#include <sys/vfs.h>

ssize_t slipway_read_cached(int file, void *_Nullable bytes, size_t count, off_t offset) {
  struct iovec piece = {.iov_base = bytes, .iov_len = count};
  return preadv2(file, &piece, 1, offset, RWF_NOWAIT);
}

long slipway_filesystem_of(int file) {
  struct statfs status;
  if (fstatfs(file, &status) != 0) return -1;
  return (long)status.f_type;
}
