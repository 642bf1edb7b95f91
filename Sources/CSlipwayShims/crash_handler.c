// What runs in a crashing process. Everything here is async-signal-safe: devkit/signal-safety reads
// the object file's symbols.
#define _GNU_SOURCE
#include "crash_guard.h"
#include "crash_handler.h"
#include "crash_stack.h"
#include "leftover_breakpoint.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

enum { kept_limit = 256, tick_milliseconds = 10, ticks_for_main = 50, ticks_for_end = 1000 };

const int slipway_fatal_signals[SLIPWAY_FATAL_SIGNALS] = {SIGSEGV, SIGBUS,  SIGILL,
                                                          SIGTRAP, SIGFPE, SIGABRT};

struct slipway_guard slipway_the_guard;
struct sigaction slipway_handled_before[SLIPWAY_FATAL_SIGNALS];
pid_t slipway_guarded_process;

/// The descriptors that outlive the image: one list is in force, the other is written.
static struct {
  int count;
  int descriptors[kept_limit];
} kept[2];
static int kept_in_force;

static int is_ending;
/// The thread that crashed first.
static pid_t fired;
static int is_executing;

// Read in a signal handler, so they must not be allocated at first use.
static __thread int slot_of_thread __attribute__((tls_model("initial-exec"))) = -1;
static __thread int unit_of_thread __attribute__((tls_model("initial-exec"))) = -1;

int slipway_guard_set_slot(int slot) {
  int before = slot_of_thread;
  slot_of_thread = slot;
  return before;
}

void slipway_guard_set_loading(int unit) { unit_of_thread = unit; }

void slipway_guard_keep(const int *descriptors, int count) {
  int next = !__atomic_load_n(&kept_in_force, __ATOMIC_RELAXED);
  kept[next].count = count < kept_limit ? count : kept_limit;
  memcpy(kept[next].descriptors, descriptors, (size_t)kept[next].count * sizeof *descriptors);
  __atomic_store_n(&kept_in_force, next, __ATOMIC_RELEASE);
}

void slipway_guard_let_end(void) { __atomic_store_n(&is_ending, 1, __ATOMIC_RELEASE); }

int slipway_guard_has_fired(void) { return __atomic_load_n(&fired, __ATOMIC_ACQUIRE) != 0; }

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void slipway_record_thread(struct slipway_crash *crash, void *context, const void *caller) {
  crash->thread = gettid();
  prctl(PR_GET_NAME, crash->thread_name);
  crash->slot = slot_of_thread;
  crash->loading = unit_of_thread;
  crash->monotonic = nanoseconds(CLOCK_MONOTONIC);
  crash->realtime = nanoseconds(CLOCK_REALTIME);
  slipway_record_stack(crash, context, caller);
}

/// The next free record; NULL if there is none.
static struct slipway_crash *next_record(void) {
  static int taken;
  int index = __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
  return index < SLIPWAY_CRASH_LIMIT ? &slipway_the_guard.area->crashes[index] : NULL;
}

/// Has the signal do what it would do without any handler, in this thread and at once, or when the
/// handler has returned.
static void die_of(int signal) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigset_t one;
  sigaction(signal, &standard, NULL);
  sigemptyset(&one);
  sigaddset(&one, signal);
  syscall(SYS_tgkill, getpid(), gettid(), signal);
  sigprocmask(SIG_UNBLOCK, &one, NULL);
}

static void keep(int descriptor) { fcntl(descriptor, F_SETFD, 0); }

/// Clears close-on-exec where something is to outlive the image, and sets it everywhere else. What a
/// connection has come to be is looked at by the next image, when no thread can change it any more.
static void sort_descriptors(void) {
  struct slipway_crash_area *area = slipway_the_guard.area;
  int list = __atomic_load_n(&kept_in_force, __ATOMIC_ACQUIRE);
  syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  for (int index = 0; index < kept[list].count; index++) keep(kept[list].descriptors[index]);
  uint32_t count = __atomic_load_n(&area->slot_count, __ATOMIC_ACQUIRE);
  for (uint32_t index = 0; index < count && index < SLIPWAY_SLOT_LIMIT; index++) {
    struct slipway_slot *slot = &area->slots[index];
    if (__atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) == SLIPWAY_SLOT_FREE) continue;
    // A connection is closed a moment before its slot is free, and its number may be taken.
    if (slipway_socket_cookie(slot->descriptor) == slot->cookie) keep(slot->descriptor);
  }
}

uint64_t slipway_socket_cookie(int socket) {
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  return getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

static void wait_for_ever(void) {
  while (1) poll(NULL, 0, -1);
}

void slipway_guard_execute(void) {
  static const char excuse[] = "slipway: the application has crashed, and the server cannot start "
                               "again: its executable is gone [SW183]\n";
  if (__atomic_exchange_n(&is_executing, 1, __ATOMIC_ACQ_REL)) wait_for_ever();
  sort_descriptors();
  slipway_unignore_signals();
  // Signals that come from here on wait for the next image, but for those that cannot.
  sigset_t mask;
  sigfillset(&mask);
  for (int index = 0; index < SLIPWAY_FATAL_SIGNALS; index++) {
    sigdelset(&mask, slipway_fatal_signals[index]);
  }
  sigprocmask(SIG_SETMASK, &mask, NULL);
  execve(slipway_the_guard.path, slipway_the_guard.arguments, slipway_the_guard.environment);
  if (write(slipway_the_guard.terminal, excuse, sizeof excuse - 1) < 0) {}
  die_of(SIGABRT);
  _exit(134);
}

/// Has the main thread become the next image, or does so itself if that one does not come to it.
static void order_execution(void) {
  unsigned char byte = SLIPWAY_CRASH_BYTE;
  // Debuggers follow an execve(2) of the main thread only. The ticks are counted, not measured: a
  // debugger may stop all threads for hours in between.
  if (gettid() != getpid() && write(slipway_the_guard.pipe, &byte, 1) == 1) {
    for (int tick = 0; tick < ticks_for_main; tick++) poll(NULL, 0, tick_milliseconds);
  }
  slipway_guard_execute();
}

/// Whether no other thread has crashed before this one.
static int is_first(void) {
  pid_t nobody = 0;
  return __atomic_compare_exchange_n(&fired, &nobody, gettid(), 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE);
}

/// The process is about to end, in order. It does so even if that has to wait for this thread.
static void end_soon(int status) {
  for (int tick = 0; tick < ticks_for_end; tick++) poll(NULL, 0, tick_milliseconds);
  _exit(status);
}

static int index_of(int signal) {
  int index = 0;
  while (index < SLIPWAY_FATAL_SIGNALS - 1 && slipway_fatal_signals[index] != signal) index++;
  return index;
}

/// Calls the handler that there was before the guard, such as that of Swift's backtracer.
static void call_former(int signal, siginfo_t *info, void *context) {
  struct sigaction *former = &slipway_handled_before[index_of(signal)];
  if (former->sa_flags & SA_SIGINFO) former->sa_sigaction(signal, info, context);
  else if (former->sa_handler != SIG_DFL && former->sa_handler != SIG_IGN) {
    former->sa_handler(signal);
  }
}

void slipway_handle_crash(int signal, siginfo_t *info, void *context) {
  if (signal == SIGTRAP && slipway_heal_breakpoint(info, context)) return;
  if (getpid() != slipway_guarded_process) {
    // A child that was forked: it has nothing of ours to save.
    call_former(signal, info, context);
    die_of(signal);
    return;
  }
  if (__atomic_load_n(&is_ending, __ATOMIC_ACQUIRE)) end_soon(128 + signal);
  // The handler itself has crashed: what is recorded is all there will be.
  if (__atomic_load_n(&fired, __ATOMIC_ACQUIRE) == gettid()) slipway_guard_execute();
  int first = is_first();
  struct slipway_crash *crash = next_record();
  if (crash) {
    slipway_record_thread(crash, context, NULL);
    crash->signal = signal;
    crash->code = info->si_code;
    crash->address = (uint64_t)(uintptr_t)info->si_addr;
    __atomic_store_n(&crash->kind, SLIPWAY_CRASH_SIGNAL, __ATOMIC_RELEASE);
  }
  if (!first) wait_for_ever();
  slipway_the_guard.area->module_count =
      slipway_copy_modules(slipway_the_guard.area->modules, SLIPWAY_CRASH_MODULES);
  call_former(signal, info, context);
  order_execution();
}

void slipway_handle_exit(int status, void *unused) {
  (void)unused;
  if (__atomic_load_n(&is_ending, __ATOMIC_ACQUIRE) || getpid() != slipway_guarded_process) return;
  int first = is_first();
  struct slipway_crash *crash = next_record();
  if (crash) {
    slipway_record_thread(crash, NULL, __builtin_frame_address(0));
    crash->status = status;
    __atomic_store_n(&crash->kind, SLIPWAY_CRASH_EXIT, __ATOMIC_RELEASE);
  }
  if (!first) wait_for_ever();
  slipway_the_guard.area->module_count =
      slipway_copy_modules(slipway_the_guard.area->modules, SLIPWAY_CRASH_MODULES);
  order_execution();
}
