#define _GNU_SOURCE
#include "alternate_stacks.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

// The sanitizers have a pthread_create of their own, which must not be replaced.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#ifndef IS_SANITIZED

typedef int (*creator)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

struct start {
  void *(*function)(void *);
  void *argument;
};

static pthread_key_t key;
static pthread_once_t key_is_made = PTHREAD_ONCE_INIT;
static int has_key;

/// Called when the thread ends, however it does.
static void give_back(void *memory) {
  stack_t current;
  if (sigaltstack(NULL, &current) == 0 && current.ss_sp == memory) {
    stack_t none = {.ss_flags = SS_DISABLE};
    // Refused while a handler runs on it: then it is left alone.
    if (sigaltstack(&none, NULL) < 0) return;
  }
  munmap(memory, SLIPWAY_ALTERNATE_STACK);
}

static void make_key(void) { has_key = pthread_key_create(&key, give_back) == 0; }

/// A thread that gets none runs all the same.
static void take_stack(void) {
  pthread_once(&key_is_made, make_key);
  if (!has_key) return;
  void *memory = mmap(NULL, SLIPWAY_ALTERNATE_STACK, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {.ss_sp = memory, .ss_size = SLIPWAY_ALTERNATE_STACK};
  if (pthread_setspecific(key, memory) != 0 || sigaltstack(&stack, NULL) < 0) {
    munmap(memory, SLIPWAY_ALTERNATE_STACK);
    pthread_setspecific(key, NULL);
  }
}

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  take_stack();
  return start.function(start.argument);
}

__attribute__((visibility("default"), used)) int pthread_create(pthread_t *thread,
                                                                const pthread_attr_t *attributes,
                                                                void *(*function)(void *),
                                                                void *argument) {
  static creator original;
  creator create = __atomic_load_n(&original, __ATOMIC_ACQUIRE);
  if (!create) {
    create = (creator)dlsym(RTLD_NEXT, "pthread_create");
    if (!create) return EAGAIN;
    __atomic_store_n(&original, create, __ATOMIC_RELEASE);
  }
  struct start *start = malloc(sizeof *start);
  if (!start) return EAGAIN;
  *start = (struct start){.function = function, .argument = argument};
  int code = create(thread, attributes, run, start);
  if (code != 0) free(start);
  return code;
}

int slipway_threads_have_alternate_stacks(void) {
  return dlsym(RTLD_DEFAULT, "pthread_create") == (void *)pthread_create;
}

#else

int slipway_threads_have_alternate_stacks(void) { return 0; }

#endif
