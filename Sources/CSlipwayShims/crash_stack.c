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

/// Whether an address is one that a call returns to: whether there is a call right before it.
static int follows_call(uint64_t address) {
#if defined(__x86_64__)
  uint8_t code[7];
  if (address < 4096 + sizeof code || address >> 47 != 0) return 0;
  if (copy_memory(code, address - sizeof code, sizeof code) != sizeof code) return 0;
  const uint8_t *end = code + sizeof code;
  if (end[-5] == 0xe8) return 1;
  // call r/m: the length depends on how the operand is addressed.
  for (int length = 2; length <= 7; length++) {
    if (length != 5 && end[-length] == 0xff && ((end[1 - length] >> 3) & 7) == 2) return 1;
  }
  return 0;
#else
  uint32_t code;
  if (address % 4 != 0 || address < 4096) return 0;
  if (copy_memory(&code, address - 4, sizeof code) != sizeof code) return 0;
  return (code & 0xfc000000) == 0x94000000 || (code & 0xfffffc1f) == 0xd63f0000;
#endif
}

/// An asynchronous frame of Swift marks its frame pointer with the highest nibble.
static uint64_t without_mark(uint64_t frame) { return frame & ~((uint64_t)0xf << 60); }

/// Reads the two words of a frame: the caller's frame pointer, and where to return to.
static int read_frame(uint64_t frame, uint64_t record[2]) {
  if (frame == 0 || frame % 8 != 0) return 0;
  return copy_memory(record, frame, 2 * sizeof *record) == 2 * sizeof *record;
}

/// Whether a chain of frames begins at `frame`: each lies above the one before, and returns to where
/// a call is. What code without frame pointers leaves in their register hardly ever looks like that.
static int is_chain(uint64_t frame, int length) {
  uint64_t record[2];
  for (int index = 0; index < length; index++) {
    if (!read_frame(frame, record) || !follows_call(record[1])) return 0;
    uint64_t next = without_mark(record[0]);
    // The end of the chain.
    if (next == 0) return index > 0;
    if (next <= frame || next - frame > 1024 * 1024) return 0;
    frame = next;
  }
  return 1;
}

/// Follows the chain of frame pointers, which Swift keeps, from `frame` up.
static void follow_frames(struct slipway_crash *crash, uint64_t frame) {
  uint64_t last = 0;
  while (crash->frame_count < SLIPWAY_CRASH_FRAMES) {
    uint64_t record[2];
    uint64_t address = without_mark(frame);
    if (address <= last || !read_frame(address, record) || record[1] == 0) return;
    crash->frames[crash->frame_count++] = record[1];
    last = address;
    frame = record[0];
  }
}

/// Whether that is where the frame returns to: it is in the chain then, and no guess.
static int is_return_of(uint64_t frame, uint64_t address) {
  uint64_t record[2];
  return frame != 0 && read_frame(frame, record) && record[1] == address;
}

/// Whether the chain that begins at `frame` comes by `target`.
static int comes_by(uint64_t frame, uint64_t target) {
  uint64_t record[2];
  for (int index = 0; index < 32 && frame < target; index++) {
    if (!read_frame(frame, record)) return 0;
    uint64_t next = without_mark(record[0]);
    if (next <= frame) return 0;
    frame = next;
  }
  return frame == target;
}

/// Where code without frame pointers was running, such as abort(3) of many C libraries: looks on the
/// stack for where the chain goes on, and for the calls below that. Returns where it goes on, or 0.
///
/// What comes first may be left over from a call that has returned: then frames that are in use lie
/// between it and its caller. They cannot do so otherwise, for what is left over among the variables
/// of the caller is older than the caller's frame, and does not lead to it.
static uint64_t search_stack(struct slipway_crash *crash) {
  uint64_t words[SLIPWAY_CRASH_STACK / 8 / 8];
  uint64_t top = crash->stack_pointer & ~(uint64_t)7;
  uint64_t found = 0, caller = 0;
  for (uint64_t offset = 0; offset < SLIPWAY_CRASH_STACK; offset += sizeof words) {
    size_t count = copy_memory(words, top + offset, sizeof words) / sizeof *words;
    for (size_t index = 0; index < count; index++) {
      uint64_t address = top + offset + index * sizeof *words;
      uint64_t next = without_mark(words[index]);
      if (found && address >= caller) return found;
      if (next > address && next - address < 1024 * 1024 && is_chain(address, 3) &&
          (!found || comes_by(address, caller))) {
        found = address;
        caller = next;
      } else if (crash->guess_count < SLIPWAY_CRASH_GUESSES && follows_call(words[index]) &&
                 !is_return_of(found, words[index])) {
        crash->frames[crash->frame_count++] = words[index];
        crash->guess_count++;
      }
    }
    if (count < sizeof words / sizeof *words) return found;
  }
  return found;
}

void slipway_record_stack(struct slipway_crash *crash, void *context, const void *caller) {
  crash->frame_count = 0;
  crash->guess_count = 0;
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
    const uint64_t *record = caller;
    crash->frame_pointer = record[0];
    crash->frames[crash->frame_count++] = record[1];
    crash->stack_pointer = (uint64_t)(uintptr_t)(record + 2);
  }
  uint64_t frame = without_mark(crash->frame_pointer);
  if (frame < crash->stack_pointer || !is_chain(frame, 2)) frame = search_stack(crash);
  follow_frames(crash, frame);
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
