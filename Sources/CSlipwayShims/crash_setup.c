// The crash guard before anything has crashed.
#define _GNU_SOURCE
#include "crash_guard.h"
#include "crash_handler.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { alternate_stack_size = 64 * 1024 };

/// The bytes of the slots begin on a page of their own.
static size_t header_size(void) {
  return (sizeof(struct slipway_crash_area) + 4095) & ~(size_t)4095;
}

/// Nearly all of it is never touched, and takes no memory.
static size_t area_size(void) {
  return header_size() + (size_t)SLIPWAY_SLOT_LIMIT * SLIPWAY_SLOT_BYTES;
}

static struct slipway_crash_area *map(int descriptor) {
  void *memory = mmap(NULL, area_size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                      descriptor, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

int slipway_area_make(struct slipway_crash_area **area) {
  int descriptor = memfd_create("slipway-crash", MFD_CLOEXEC);
  if (descriptor < 0) return -1;
  *area = ftruncate(descriptor, (off_t)area_size()) == 0 ? map(descriptor) : NULL;
  if (!*area) {
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
  }
  (*area)->magic = SLIPWAY_CRASH_MAGIC;
  (*area)->size = (uint32_t)sizeof(struct slipway_crash_area);
  return descriptor;
}

struct slipway_crash_area *slipway_area_open(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0 || status.st_size != (off_t)area_size()) return NULL;
  struct slipway_crash_area *area = map(descriptor);
  if (!area) return NULL;
  if (area->magic == SLIPWAY_CRASH_MAGIC && area->size == sizeof *area) return area;
  slipway_area_close(area);
  return NULL;
}

void slipway_area_close(struct slipway_crash_area *area) { munmap(area, area_size()); }

uint8_t *slipway_slot_bytes(struct slipway_crash_area *area, unsigned index) {
  return (uint8_t *)area + header_size() + (size_t)index * SLIPWAY_SLOT_BYTES;
}

/// Whether a handler is the Swift runtime's, which installs one in every process by default: where
/// the runtime is linked statically, it is in the executable, like we are.
static int is_backtracer(const struct sigaction *action) {
  Dl_info handler, own;
  if (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN) return 0;
  if (!dladdr((void *)action->sa_sigaction, &handler)) return 0;
  if (dladdr((void *)slipway_guard_arm, &own) && own.dli_fbase == handler.dli_fbase) return 1;
  return handler.dli_fname && strstr(handler.dli_fname, "libswiftCore") != NULL;
}

int slipway_guard_arm(const struct slipway_guard *guard) {
  slipway_the_guard = *guard;
  slipway_guarded_process = getpid();
  stack_t stack = {.ss_size = alternate_stack_size, .ss_sp = malloc(alternate_stack_size)};
  if (!stack.ss_sp || sigaltstack(&stack, NULL) < 0) return -1;
  struct sigaction action = {
      .sa_sigaction = slipway_handle_crash,
      // Not deferred: a second fault in the handler has to reach it, or the kernel ends the process.
      .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
  };
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < SLIPWAY_FATAL_SIGNALS; index++) {
    int signal = slipway_fatal_signals[index];
    struct sigaction *before = &slipway_handled_before[index];
    if (sigaction(signal, &action, before) < 0) return -1;
    if (!guard->wants_backtracer && is_backtracer(before)) {
      *before = (struct sigaction){.sa_handler = SIG_DFL};
    }
  }
  return on_exit(slipway_handle_exit, NULL);
}
