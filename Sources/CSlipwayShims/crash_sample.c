// Where the threads of this process are, asked while they run.
#define _GNU_SOURCE
#include "crash_guard.h"
#include "crash_handler.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct slipway_crash *samples;
static int sample_limit;
static int asked;
static int answered;

static void answer(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)info;
  int saved = errno;
  int index = __atomic_fetch_add(&asked, 1, __ATOMIC_RELAXED);
  if (index < __atomic_load_n(&sample_limit, __ATOMIC_ACQUIRE)) {
    slipway_record_thread(&samples[index], context, NULL);
    __atomic_store_n(&samples[index].kind, SLIPWAY_CRASH_SAMPLE, __ATOMIC_RELEASE);
  }
  __atomic_fetch_add(&answered, 1, __ATOMIC_RELEASE);
  errno = saved;
}

int slipway_guard_sample(struct slipway_crash *records, int limit, int milliseconds) {
  // One of the few that the threads of libdispatch, and so those of Swift's pool, do not block.
  int signal = SIGPROF;
  struct sigaction action = {
      .sa_sigaction = answer,
      .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
  };
  struct sigaction before;
  // An application that has a use for the signal keeps it.
  if (sigaction(signal, NULL, &before) < 0) return 0;
  if (before.sa_handler != SIG_DFL && before.sa_sigaction != answer) return 0;
  DIR *threads = opendir("/proc/self/task");
  if (!threads) return 0;
  samples = records;
  __atomic_store_n(&asked, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&answered, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&sample_limit, limit, __ATOMIC_RELEASE);
  sigemptyset(&action.sa_mask);
  if (sigaction(signal, &action, NULL) < 0) {
    closedir(threads);
    return 0;
  }
  int wanted = 0;
  pid_t self = gettid();
  for (struct dirent *entry; (entry = readdir(threads)) != NULL && wanted < limit;) {
    pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
    if (thread <= 0 || thread == self) continue;
    if (syscall(SYS_tgkill, getpid(), thread, signal) == 0) wanted++;
  }
  closedir(threads);
  for (int waited = 0; waited < milliseconds; waited++) {
    if (__atomic_load_n(&answered, __ATOMIC_ACQUIRE) >= wanted) break;
    poll(NULL, 0, 1);
  }
  // Late answers find no room; the handler stays, for without it they would end the process.
  __atomic_store_n(&sample_limit, 0, __ATOMIC_RELEASE);
  int count = __atomic_load_n(&answered, __ATOMIC_ACQUIRE);
  return count < limit ? count : limit;
}
