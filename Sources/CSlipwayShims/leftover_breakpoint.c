#define _GNU_SOURCE
#include "leftover_breakpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

// What debugger servers write, and where the program counter stands when it has been executed.
#if defined(__x86_64__)
enum { instruction_size = 1 };
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.gregs[REG_RIP])
/// int3.
static int is_breakpoint(const uint8_t *instruction) { return instruction[0] == 0xcc; }
/// The kernel's code for int3, in both of its encodings: not for single steps and watchpoints.
static int is_from_breakpoint(int code) { return code == SI_KERNEL; }
#elif defined(__aarch64__)
enum { instruction_size = 4 };
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.pc)
/// brk with any number.
static int is_breakpoint(const uint8_t *instruction) {
  uint32_t word;
  memcpy(&word, instruction, sizeof word);
  return (word & 0xffe0001f) == 0xd4200000;
}
static int is_from_breakpoint(int code) { return code == TRAP_BRKPT; }
#endif

#ifdef PROGRAM_COUNTER

/// A line of /proc/self/maps, as far as it matters: proc_pid_maps(5).
struct mapping {
  uintptr_t start, end, offset;
  unsigned long major, minor, inode;
  int is_executable;
  char path[1024];
};

/// A file that is read byte by byte through a small buffer.
struct reader {
  int file;
  ssize_t count, next;
  char bytes[512];
};

static int next_byte(struct reader *reader) {
  if (reader->next >= reader->count) {
    do {
      reader->count = read(reader->file, reader->bytes, sizeof reader->bytes);
    } while (reader->count < 0 && errno == EINTR);
    reader->next = 0;
    if (reader->count <= 0) return -1;
  }
  return (unsigned char)reader->bytes[reader->next++];
}

static int digit(int byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return 16;
}

/// Reads a number and the one byte behind it.
static unsigned long read_number(struct reader *reader, int base) {
  unsigned long value = 0;
  int byte;
  while ((byte = next_byte(reader)) >= 0 && digit(byte) < base) {
    value = value * (unsigned long)base + (unsigned long)digit(byte);
  }
  return value;
}

/// Reads a line; 0 at the end. A path that is too long, or has a line feed in it, becomes one that
/// does not exist.
static int read_mapping(struct reader *reader, struct mapping *mapping) {
  mapping->start = read_number(reader, 16);
  mapping->end = read_number(reader, 16);
  if (mapping->end == 0) return 0;
  next_byte(reader);  // r
  next_byte(reader);  // w
  mapping->is_executable = next_byte(reader) == 'x';
  next_byte(reader);  // p
  next_byte(reader);
  mapping->offset = read_number(reader, 16);
  mapping->major = read_number(reader, 16);
  mapping->minor = read_number(reader, 16);
  mapping->inode = read_number(reader, 10);
  size_t length = 0;
  int byte = next_byte(reader);
  while (byte == ' ') byte = next_byte(reader);
  for (; byte >= 0 && byte != '\n'; byte = next_byte(reader)) {
    if (length < sizeof mapping->path - 1) mapping->path[length++] = (char)byte;
  }
  mapping->path[length] = 0;
  return byte == '\n';
}

/// Finds the mapping that holds an address.
static int find_mapping(uintptr_t address, struct mapping *mapping) {
  struct reader reader = {.file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)};
  if (reader.file < 0) return 0;
  int is_found = 0;
  while (!is_found && read_mapping(&reader, mapping)) {
    is_found = address >= mapping->start && address < mapping->end;
  }
  close(reader.file);
  return is_found;
}

/// Whether `file` is what is mapped there. Not asked of fstat(2): on btrfs and overlayfs it gives
/// another device than /proc/self/maps does. So the file is mapped too, and the two are compared.
static int is_mapped(int file, const struct mapping *mapping) {
  long size = sysconf(_SC_PAGESIZE);
  void *page = mmap(NULL, (size_t)size, PROT_NONE, MAP_PRIVATE, file, 0);
  if (page == MAP_FAILED) return 0;
  struct mapping own;
  int is_same = find_mapping((uintptr_t)page, &own) && own.inode == mapping->inode &&
                own.major == mapping->major && own.minor == mapping->minor;
  munmap(page, (size_t)size);
  return is_same;
}

/// Reads what the file has in place of the instruction at `address`.
static int read_original(uintptr_t address, uint8_t original[instruction_size]) {
  struct mapping mapping;
  if (!find_mapping(address, &mapping) || !mapping.is_executable || mapping.inode == 0) return 0;
  int file = open(mapping.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return 0;
  off_t offset = (off_t)(mapping.offset + (address - mapping.start));
  int is_read = is_mapped(file, &mapping) &&
                pread(file, original, instruction_size, offset) == instruction_size;
  close(file);
  return is_read;
}

/// What stands at an address.
enum text {
  /// Nothing that a file stands behind.
  text_foreign,
  /// A breakpoint that the file has too: the program means it.
  text_meant,
  /// What the file has.
  text_intact,
  /// A breakpoint that the file has not. None of these is left where `heal` returns.
  text_leftover,
};

/// Where something has been healed, the newest over the oldest. A thread that ran into a breakpoint
/// comes here only when another one has healed it.
static _Atomic uintptr_t healed[64];
static _Atomic unsigned healed_count;

static int was_healed(uintptr_t address) {
  for (size_t i = 0; i < sizeof healed / sizeof healed[0]; i++) {
    if (healed[i] == address) return 1;
  }
  return 0;
}

/// Tells what stands at an address, and puts the original back over a leftover breakpoint.
static enum text heal(uintptr_t address) {
  uint8_t original[instruction_size], present[instruction_size];
  if (!read_original(address, original)) return text_foreign;
  if (is_breakpoint(original)) return text_meant;
  // Writes through it reach text that is mapped read-only: proc_pid_mem(5).
  int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory < 0) return text_foreign;
  enum text found = text_foreign;
  if (pread(memory, present, instruction_size, (off_t)address) == instruction_size) {
    if (memcmp(present, original, instruction_size) == 0) {
      found = text_intact;
    } else if (is_breakpoint(present)) {
      // Before it is gone, so that whoever finds it gone finds this.
      healed[healed_count++ % (sizeof healed / sizeof healed[0])] = address;
      if (pwrite(memory, original, instruction_size, (off_t)address) == instruction_size) {
        found = text_leftover;
      }
    }
  }
  close(memory);
  return found;
}

/// Whether the breakpoint is healed that was reported with this program counter, which is then where
/// the program is to go on.
static int heal_around(uintptr_t *counter) {
#if defined(__x86_64__)
  // The counter stands behind an int3 that has been executed.
  uintptr_t place = *counter - instruction_size;
  enum text text = heal(place);
  if (text == text_leftover || was_healed(place)) {
    *counter = place;
    return 1;
  }
  if (text == text_meant) return 0;
  // Or it has been set back to the int3 by a debugger server that has died since, and whose signal the
  // kernel delivers all the same. The server may have taken the int3 away by then.
  return heal(*counter) == text_leftover || text == text_intact;
#else
  enum text text = heal(*counter);
  return text == text_leftover || text == text_intact;
#endif
}

int slipway_heal_breakpoint(const siginfo_t *info, void *context) {
  if (info->si_signo != SIGTRAP) return 0;
  // The step that a debugger server was making, or a watchpoint of its: there is nothing to mend.
  if (info->si_code == TRAP_TRACE || info->si_code == TRAP_HWBKPT) return 1;
  if (!is_from_breakpoint(info->si_code)) return 0;
  int saved = errno;
  ucontext_t *registers = context;
  uintptr_t counter = (uintptr_t)PROGRAM_COUNTER(registers);
  int is_healed = heal_around(&counter);
  if (is_healed) PROGRAM_COUNTER(registers) = counter;
  errno = saved;
  return is_healed;
}

#else

int slipway_heal_breakpoint(const siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  return 0;
}

#endif

static struct sigaction before;

static void handle_trap(int signal, siginfo_t *info, void *context) {
  if (slipway_heal_breakpoint(info, context)) return;
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
    // A trap cannot be ignored (signal(7)). It is raised anew, for an int3 is not executed again
    // on return; it arrives when this handler has returned and unblocked it.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal, &standard, NULL);
    syscall(SYS_tgkill, getpid(), gettid(), signal);
  } else {
    before.sa_handler(signal);
  }
}

int slipway_heal_breakpoints(void) {
  struct sigaction action = {.sa_sigaction = handle_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  return sigaction(SIGTRAP, &action, &before);
}
