/// The crash guard: where the application ends, the process becomes its next image instead.
///
/// SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT and exit(3) on any thread. What is recorded,
/// and by whom it is read, is in crash_area.h.
#ifndef SLIPWAY_SHIMS_CRASH_GUARD_H
#define SLIPWAY_SHIMS_CRASH_GUARD_H

#include "crash_area.h"

/// The byte in the signal pipe that tells the main thread of a crash: no signal has that number.
#define SLIPWAY_CRASH_BYTE 255

/// What the guard needs. All of it has to stay where it is while the guard is armed.
struct slipway_guard {
  struct slipway_crash_area *_Nonnull area;
  /// The write end of the pipe that the main thread waits at.
  int pipe;
  /// Where the user reads, for the case that the image cannot be replaced.
  int terminal;
  const char *_Nonnull path;
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  /// Whether the backtracer of Swift's runtime is to be called: it takes a second.
  int wants_backtracer;
};

/// Makes the area: an anonymous file, mapped. The descriptor, close-on-exec, or -1 with errno.
/// Why C: memfd_create is declared under _GNU_SOURCE, MAP_FAILED is a cast macro.
int slipway_area_make(struct slipway_crash_area *_Nullable *_Nonnull area);

/// Maps an area that an earlier image has left behind. NULL if it is none, or of another build.
/// Why C: as above.
struct slipway_crash_area *_Nullable slipway_area_open(int descriptor);

/// Unmaps an area.
void slipway_area_close(struct slipway_crash_area *_Nonnull area);

/// The room for the bytes of a slot.
uint8_t *_Nonnull slipway_slot_bytes(struct slipway_crash_area *_Nonnull area, unsigned index);

/// SO_COOKIE of a socket; 0 if it is none.
/// Why C: the constant is not in the headers that Swift's Glibc module imports.
uint64_t slipway_socket_cookie(int socket);

/// Arms the guard, in the first call for the rest of the image's life. To be called on the main
/// thread, which gets an alternate signal stack. 0, or -1 with errno.
///
/// A handler that is there already is called behind our recording, but for that of Swift's
/// backtracer, which has to be wanted. One that is installed later replaces ours, as its owner
/// wanted.
/// Why C: handlers that run in a crashing process are C, and call only async-signal-safe functions.
int slipway_guard_arm(const struct slipway_guard *_Nonnull guard);

/// Sets the descriptors that outlive the image, beside the connections in the area: at most 256.
/// One thread at a time.
/// Why C: the handler reads them.
void slipway_guard_keep(const int *_Nonnull descriptors, int count);

/// From now on the process is ending: nothing is turned into a next image any more. A thread that
/// crashes is parked, and ends the process if nothing else does for some seconds.
void slipway_guard_let_end(void);

/// Whether a thread has crashed. Any thread.
int slipway_guard_has_fired(void);

/// Becomes the next image. To be called on the main thread when it has read SLIPWAY_CRASH_BYTE.
/// Does not return.
void slipway_guard_execute(void);

/// Says which connection's exchange the calling thread deals with from now on, -1 for none; returns
/// which it was. Costs a store.
/// Why C: a thread-local that a signal handler may read has to be in static storage.
int slipway_guard_set_slot(int slot);

/// Says which unit the calling thread loads from now on, -1 for none.
/// Why C: as above.
void slipway_guard_set_loading(int unit);

/// Asks threads of this process where they are; fills at most `limit` records and returns how many.
/// Threads that do not answer within `milliseconds` are left out; if the application has a handler
/// for SIGPROF, all of them are. `samples` stays in use for the rest of the image's life. Not
/// to be called by two threads at once.
/// Why C: the answers are given in a signal handler.
int slipway_guard_sample(struct slipway_crash *_Nonnull samples, int limit, int milliseconds);

/// The lines of /proc/self/maps that name executable files, into `text`; returns their length.
/// Async-signal-safe.
unsigned slipway_copy_modules(char *_Nonnull text, unsigned limit);

#endif
