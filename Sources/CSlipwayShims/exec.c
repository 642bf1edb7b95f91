#define _GNU_SOURCE
#include "exec.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

int slipway_memory_file(const char *name) {
  return memfd_create(name, MFD_CLOEXEC);
}

int slipway_close_on_exec_from(unsigned int first) {
  return (int)syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC);
}

int slipway_close_from(unsigned int first) {
  return (int)syscall(SYS_close_range, first, ~0U, 0U);
}

int slipway_close_between(unsigned int first, unsigned int last) {
  return (int)syscall(SYS_close_range, first, last, 0U);
}
