/// Who the calling thread is.
#ifndef SLIPWAY_SHIMS_THREADS_H
#define SLIPWAY_SHIMS_THREADS_H

/// Names the calling thread; Linux keeps 15 bytes (pthread_setname_np(3)).
/// Why C: declared under _GNU_SOURCE.
void slipway_name_thread(const char *_Nonnull name);

/// Whether the calling thread is the leader of its thread group, where `main` runs.
/// Why C: gettid is declared under _GNU_SOURCE.
int slipway_is_main_thread(void);

#endif
