/// Reading stacks in a signal handler. Private to the guard.
#ifndef SLIPWAY_SHIMS_CRASH_STACK_H
#define SLIPWAY_SHIMS_CRASH_STACK_H

#include "crash_area.h"

#include <signal.h>

/// Fills the registers, the frames and the copy of the stack from a signal's context, or from the
/// caller if that is NULL. Never touches memory that may not be there. Async-signal-safe.
void slipway_record_stack(struct slipway_crash *crash, void *context);

#endif
