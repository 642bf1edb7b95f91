/// What arming the guard and its handlers share. Private to the guard.
#ifndef SLIPWAY_SHIMS_CRASH_HANDLER_H
#define SLIPWAY_SHIMS_CRASH_HANDLER_H

#include "crash_guard.h"

#include <signal.h>
#include <sys/types.h>

enum { SLIPWAY_FATAL_SIGNALS = 6 };

extern const int slipway_fatal_signals[SLIPWAY_FATAL_SIGNALS];
extern struct slipway_guard slipway_the_guard;
extern struct sigaction slipway_handled_before[SLIPWAY_FATAL_SIGNALS];
/// Children that were forked have the handlers too, and other numbers.
extern pid_t slipway_guarded_process;

void slipway_handle_crash(int signal, siginfo_t *info, void *context);

/// For on_exit(3).
void slipway_handle_exit(int status, void *unused);

/// Fills everything of a record that is about the calling thread: see `slipway_record_stack`.
void slipway_record_thread(struct slipway_crash *crash, void *context, const void *caller);

#endif
