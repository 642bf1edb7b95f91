#define _GNU_SOURCE
#include "deaths.h"

#include <assert.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// volatile: the compiler is not to see what is wrong.
static int *volatile nowhere;
static void (*volatile nothing)(void);
static volatile int zero;

void death_null_read(void) { printf("%d\n", *nowhere); }

void death_null_call(void) { nothing(); }

void death_read_only_write(void) { *(volatile char *)(size_t)death_abort = 0; }

void death_bus(void) {
  int file = memfd_create("short", MFD_CLOEXEC);
  volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
  printf("%d\n", page[0]);
}

void death_division(void) { printf("%d\n", 1 / zero); }

static int descend(volatile int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return descend(depth + 1) + room[0];
}

void death_stack_overflow(void) { printf("%d\n", descend(1)); }

void death_double_free(void) {
  void *volatile memory = malloc(100);
  free(memory);
  free(memory);
}

// Only the size of what lies behind is overwritten, of a block too large for the thread's cache: so glibc is sure to
// notice. What writes over more may also make it follow a broken pointer.
void death_heap_overflow(void) {
  char *volatile memory = malloc(2000);
  memset(memory + malloc_usable_size(memory), 0x41, sizeof(size_t));
  free(memory);
}

__attribute__((noinline)) static void smash(volatile size_t count) {
  char room[8];
  volatile char *start = room;
  for (size_t index = 0; index < count; index++) start[index] = 0x41;
}

void death_stack_smashing(void) { smash(64); }

void death_abort(void) { abort(); }

void death_assert(void) { assert(zero == 1); }

void death_illegal_instruction(void) { raise(SIGILL); }

void death_breakpoint(void) {
#if defined(__x86_64__)
  __asm__ volatile("int3");
#else
  __builtin_debugtrap();
#endif
}

int child_dies(void) {
  pid_t child = fork();
  if (child == 0) {
    death_null_read();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void end(int signal) {
  (void)signal;
  _exit(42);
}

void handle_segmentation_fault(void) { signal(SIGSEGV, end); }
