#ifndef SLIPWAY_SHIMS_FREED_MEMORY_H
#define SLIPWAY_SHIMS_FREED_MEMORY_H

/// Has malloc(3) keep up to 32 MB of each arena for the next request, where by its own rules it gives back
/// what is over 128 KB; mallopt(3). Bodies that come and go would take it anew each time: a sixth of the time
/// that a response of 1 MB in 16 pieces takes.
/// Why C: Swift's Glibc module leaves <malloc.h> out.
void slipway_keep_freed_memory(void);

#endif
