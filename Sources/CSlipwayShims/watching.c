#define _GNU_SOURCE
#include "watching.h"

#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

long slipway_filesystem_type(const char *path) {
  struct statfs status;
  if (statfs(path, &status) != 0) return -1;
  return (long)status.f_type;
}

int slipway_unread_bytes(int descriptor) {
  int bytes = 0;
  if (ioctl(descriptor, FIONREAD, &bytes) != 0) return -1;
  return bytes;
}

