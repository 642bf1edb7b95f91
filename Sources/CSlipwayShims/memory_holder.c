#define _GNU_SOURCE
#include "memory_holder.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Alignas(16) char stack[8192];
static int ends[2];

/// Nothing but system calls: the memory is that of a process which goes on.
static int hold(void *nothing) {
  (void)nothing;
  // Copies of the server's connections and locks would outlive them.
  syscall(SYS_close_range, 0U, (unsigned)ends[0] - 1, 0U);
  syscall(SYS_close_range, (unsigned)ends[0] + 1, ~0U, 0U);
  char byte;
  syscall(SYS_read, ends[0], &byte, 1);
  syscall(SYS_exit, 0);
  return 0;
}

int slipway_hold_memory(void) {
  if (pipe2(ends, O_CLOEXEC)) return -1;
  // Standard input may be closed, and `hold` wants something below.
  int holder = ends[0] > 0 ? clone(hold, stack + sizeof stack, CLONE_VM, NULL) : -1;
  if (holder < 0) {
    close(ends[0]);
    close(ends[1]);
  }
  return holder;
}

void slipway_let_memory_go(int holder) {
  kill(holder, SIGKILL);
  waitpid(holder, NULL, __WCLONE);
  close(ends[0]);
  close(ends[1]);
}

void slipway_reap_memory_holder(int holder) { waitpid(holder, NULL, __WCLONE | WNOHANG); }
