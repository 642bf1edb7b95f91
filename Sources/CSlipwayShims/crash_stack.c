#define _GNU_SOURCE
#include "crash_stack.h"
#include "crash_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

/// Copies memory that may not be there: the kernel is asked to, which fails where we would fault.
/// The number of bytes.
static size_t copy_memory(void *to, uint64_t from, size_t count) {
  struct iovec local = {.iov_base = to, .iov_len = count};
  struct iovec remote = {.iov_base = (void *)(uintptr_t)from, .iov_len = count};
  ssize_t copied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  if (copied >= 0) return (size_t)copied;
  if (errno == EFAULT) return 0;
  // Where a container forbids it, a pipe does as well, in small portions.
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return 0;
  size_t done = 0;
  while (done < count) {
    size_t portion = count - done < 512 ? count - done : 512;
    ssize_t written = write(ends[1], (const char *)(uintptr_t)from + done, portion);
    if (written <= 0 || read(ends[0], (char *)to + done, (size_t)written) != written) break;
    done += (size_t)written;
  }
  close(ends[0]);
  close(ends[1]);
  return done;
}

/// As much of the stack as there is, up to the limit; by pages, for it may end in between.
static void copy_stack(struct slipway_crash *crash) {
  uint64_t next = crash->stack_pointer;
  size_t count = 0;
  while (count < SLIPWAY_CRASH_STACK) {
    size_t portion = 4096 - (size_t)(next % 4096);
    if (portion > SLIPWAY_CRASH_STACK - count) portion = SLIPWAY_CRASH_STACK - count;
    if (copy_memory(crash->stack + count, next, portion) != portion) break;
    count += portion;
    next += portion;
  }
  crash->stack_count = (uint32_t)count;
}

/// Follows the chain of frame pointers, which Swift keeps. Each frame lies above the one before, or
/// the chain has been destroyed. Where code without frame pointers was running, its own frames are
/// missing, and the reader of the record looks for them in the copy of the stack.
static void follow_frames(struct slipway_crash *crash) {
  uint64_t frame = crash->frame_pointer;
  uint64_t last = 0;
  while (crash->frame_count < SLIPWAY_CRASH_FRAMES) {
    uint64_t record[2];
    // An asynchronous frame of Swift marks its frame pointer with the highest nibble.
    uint64_t address = frame & ~((uint64_t)0xf << 60);
    if (address == 0 || address % 8 != 0 || address <= last) return;
    if (copy_memory(record, address, sizeof record) != sizeof record || record[1] == 0) return;
    crash->frames[crash->frame_count++] = record[1];
    last = address;
    frame = record[0];
  }
}

void slipway_record_stack(struct slipway_crash *crash, void *context) {
  crash->frame_count = 0;
  if (context) {
    ucontext_t *registers = context;
#if defined(__x86_64__)
    crash->frames[crash->frame_count++] = (uint64_t)registers->uc_mcontext.gregs[REG_RIP];
    crash->stack_pointer = (uint64_t)registers->uc_mcontext.gregs[REG_RSP];
    crash->frame_pointer = (uint64_t)registers->uc_mcontext.gregs[REG_RBP];
#elif defined(__aarch64__)
    crash->frames[crash->frame_count++] = registers->uc_mcontext.pc;
    crash->stack_pointer = registers->uc_mcontext.sp;
    crash->frame_pointer = registers->uc_mcontext.regs[29];
#endif
  } else {
    crash->stack_pointer = (uint64_t)(uintptr_t)__builtin_frame_address(0);
    crash->frame_pointer = crash->stack_pointer;
  }
  copy_stack(crash);
  follow_frames(crash);
}

unsigned slipway_copy_modules(char *text, unsigned limit) {
  int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return 0;
  char bytes[1024];
  unsigned kept = 0, start = 0, column = 0;
  int is_wanted = 1, has_path = 0;
  ssize_t count;
  while ((count = read(maps, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR)) {
    for (ssize_t index = 0; index < count; index++) {
      char byte = bytes[index];
      if (kept < limit) text[kept++] = byte;
      else is_wanted = 0;
      if (byte == '/') has_path = 1;
      // "start-end rwxp offset …": the third letter of the first field behind the addresses.
      if (byte == ' ' && column < 1000) column = 1000;
      else if (column >= 1000 && ++column == 1003 && byte != 'x') is_wanted = 0;
      if (byte == '\n') {
        if (is_wanted && has_path) start = kept;
        kept = start;
        column = 0;
        is_wanted = 1;
        has_path = 0;
      } else if (column < 999) {
        column++;
      }
    }
  }
  close(maps);
  return start;
}
