#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile sig_atomic_t signal_pipe = -1;
static bool ignored_at_start[NSIG];

static void write_to_pipe(int signal) {
  int saved = errno;
  pid_t main_thread = getpid();
  if (gettid() == main_thread) {
    unsigned char number = (unsigned char)signal;
    ssize_t written = write(signal_pipe, &number, 1);
    (void)written;
  } else {
    syscall(SYS_tgkill, main_thread, main_thread, signal);
  }
  errno = saved;
}

static bool is_ignored(int signal) {
  struct sigaction now;
  return sigaction(signal, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

int slipway_signal_to_pipe(int signal, int pipe) {
  struct sigaction action = {.sa_handler = write_to_pipe, .sa_flags = SA_RESTART};
  signal_pipe = pipe;
  if (signal == SIGHUP && ignored_at_start[signal]) return 0;
  sigemptyset(&action.sa_mask);
  return sigaction(signal, &action, NULL);
}

void slipway_note_ignored_signals(void) {
  for (int signal = 1; signal < NSIG; signal++) ignored_at_start[signal] = is_ignored(signal);
}

void slipway_unignore_signals(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal < NSIG; signal++) {
    if (signal == SIGPIPE || ignored_at_start[signal] || !is_ignored(signal)) continue;
    sigaction(signal, &standard, NULL);
  }
}
