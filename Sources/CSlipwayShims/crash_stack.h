/// Reading stacks in a signal handler. Private to the guard.
#ifndef SLIPWAY_SHIMS_CRASH_STACK_H
#define SLIPWAY_SHIMS_CRASH_STACK_H

#include "crash_area.h"

#include <signal.h>

/// Fills the registers and the frames from a signal's context or, if that is NULL, from the frame of
/// the function that was called last before it got to the guard. Never touches memory that may not be
/// there. Async-signal-safe.
void slipway_record_stack(struct slipway_crash *crash, void *context, const void *caller);

#endif
