/// What survives a crash: memory that the crashing image fills and the next one reads.
///
/// It is a memfd that is mapped shared. Its descriptor outlives execve(2), and so does what was
/// stored into it, whatever became of the threads that stored it. Both images are the same build;
/// `magic` and `size` are checked all the same.
#ifndef SLIPWAY_SHIMS_CRASH_AREA_H
#define SLIPWAY_SHIMS_CRASH_AREA_H

#include <stdint.h>

enum {
  SLIPWAY_CRASH_MAGIC = 0x534c5731,  // SLW1
  /// Threads whose end is recorded: the first, and those that crash while it is dealt with.
  SLIPWAY_CRASH_LIMIT = 4,
  SLIPWAY_CRASH_FRAMES = 128,
  /// Bytes of the stack that are looked through, from its top, and addresses that are taken from it.
  SLIPWAY_CRASH_STACK = 16 * 1024,
  SLIPWAY_CRASH_GUESSES = 24,
  /// Lines of /proc/self/maps that name executable files.
  SLIPWAY_CRASH_MODULES = 128 * 1024,
  /// Of what was last printed on standard error and has been shown.
  SLIPWAY_CRASH_WORDS = 64 * 1024,
  /// Threads that are shown when an application does not finish loading.
  SLIPWAY_CRASH_SAMPLES = 64,
  /// Connections that can be kept over a crash; more than a browser, or a load test, has open.
  SLIPWAY_SLOT_LIMIT = 4096,
  /// Bytes that can be kept of each: a head, and as much of a body as is taken while it is held.
  SLIPWAY_SLOT_BYTES = 320 * 1024,
  SLIPWAY_SLOT_HOST = 64,
};

enum slipway_crash_kind {
  SLIPWAY_CRASH_NONE = 0,
  SLIPWAY_CRASH_SIGNAL = 1,
  /// exit(3) was called.
  SLIPWAY_CRASH_EXIT = 2,
  /// Not an end: where a thread was when it was asked.
  SLIPWAY_CRASH_SAMPLE = 3,
};

/// How a thread ended, or where it is.
struct slipway_crash {
  /// One of `slipway_crash_kind`; stored last.
  uint32_t kind;
  int32_t thread;
  char thread_name[16];
  int32_t signal;
  /// `si_code`; see sigaction(2).
  int32_t code;
  /// `si_addr`, or 0.
  uint64_t address;
  /// The argument of exit(3).
  int32_t status;
  /// The slot of the connection whose exchange the thread was dealing with, or -1.
  int32_t slot;
  /// The number of the unit that the thread was loading, or -1.
  int32_t loading;
  uint32_t frame_count;
  /// How many of the frames, behind the first, were found by looking through the stack: some may be
  /// of calls that had long returned.
  uint32_t guess_count;
  uint64_t stack_pointer;
  uint64_t frame_pointer;
  /// CLOCK_MONOTONIC and CLOCK_REALTIME, in nanoseconds.
  uint64_t monotonic;
  uint64_t realtime;
  /// The program counter, then return addresses.
  uint64_t frames[SLIPWAY_CRASH_FRAMES];
};

enum slipway_slot_state {
  SLIPWAY_SLOT_FREE = 0,
  /// Between requests, in the middle of a head, or held: `byte_count` bytes were read and belong to
  /// requests that nobody has been told of.
  SLIPWAY_SLOT_WAITING = 1,
  /// An application has the request; nothing of the response is out. The bytes are the head.
  SLIPWAY_SLOT_DISPATCHED = 2,
  /// A part of a response may be out.
  SLIPWAY_SLOT_RESPONDING = 3,
  /// As before, and the end of the connection would look like the end of the body.
  SLIPWAY_SLOT_RESPONDING_UNTIL_CLOSE = 4,
  /// More was read than there is room for here.
  SLIPWAY_SLOT_LOST = 5,
};

/// One connection. Written by its event loop only, `state` last.
struct slipway_slot {
  uint32_t state;
  int32_t descriptor;
  /// SO_COOKIE of socket(7): tells the socket from whatever gets its number later.
  uint64_t cookie;
  uint32_t byte_count;
  /// The index of the mount that has the exchange, or -1.
  int32_t mount;
  /// When the request was first held, or 0; when it was dispatched: CLOCK_MONOTONIC, nanoseconds.
  uint64_t held_since;
  uint64_t begun;
  /// The exchange's number in its generation.
  uint64_t exchange;
  /// Where the client is: what `ConnectionOrigin` has.
  uint32_t origin;
  uint16_t port;
  uint8_t is_encrypted;
  uint8_t is_http2;
  char host[SLIPWAY_SLOT_HOST];
};

struct slipway_crash_area {
  uint32_t magic;
  uint32_t size;
  int32_t generation;
  /// One more than the highest slot that was ever used.
  uint32_t slot_count;
  /// Units whose library is being loaded: a bit each, the last for all beyond.
  uint64_t loading;
  /// Leaders of the sessions that builds run in, or 0: children outlive execve(2).
  int32_t sessions[8];
  /// Bytes ever written to `words`, which is a ring.
  uint64_t word_count;
  char words[SLIPWAY_CRASH_WORDS];
  uint32_t module_count;
  char modules[SLIPWAY_CRASH_MODULES];
  struct slipway_crash crashes[SLIPWAY_CRASH_LIMIT];
  struct slipway_slot slots[SLIPWAY_SLOT_LIMIT];
};

/// Parts of the area. Why C: Swift does not import arrays of this size.
static inline struct slipway_slot *_Nonnull slipway_area_slot(
    struct slipway_crash_area *_Nonnull area, int index) {
  return &area->slots[index];
}

static inline struct slipway_crash *_Nonnull slipway_area_crash(
    struct slipway_crash_area *_Nonnull area, int index) {
  return &area->crashes[index];
}

static inline char *_Nonnull slipway_area_words(struct slipway_crash_area *_Nonnull area) {
  return area->words;
}

static inline char *_Nonnull slipway_area_modules(struct slipway_crash_area *_Nonnull area) {
  return area->modules;
}

static inline uint64_t *_Nonnull slipway_crash_frames(struct slipway_crash *_Nonnull crash) {
  return crash->frames;
}

/// Stores the state of a slot behind everything that was stored into it before.
/// Why C: Swift's atomics do not work on memory that others lay out.
static inline void slipway_slot_set(struct slipway_slot *_Nonnull slot, uint32_t state) {
  __atomic_store_n(&slot->state, state, __ATOMIC_RELEASE);
}

/// Marks a unit as being loaded, or not any more.
/// Why C: as above.
static inline void slipway_area_set_loading(struct slipway_crash_area *_Nonnull area, int unit,
                                            int is_loading) {
  uint64_t bit = (uint64_t)1 << (unit < 63 ? unit : 63);
  if (is_loading) __atomic_fetch_or(&area->loading, bit, __ATOMIC_RELAXED);
  else __atomic_fetch_and(&area->loading, ~bit, __ATOMIC_RELAXED);
}

/// Remembers the leader of a session, or forgets it.
/// Why C: as above.
static inline void slipway_area_set_session(struct slipway_crash_area *_Nonnull area,
                                            int32_t before, int32_t after) {
  for (int index = 0; index < 8; index++) {
    int32_t expected = before;
    if (__atomic_compare_exchange_n(&area->sessions[index], &expected, after, 0,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
  }
}

#endif
