#define _GNU_SOURCE
#include "leftover_breakpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

// What debugger servers write, and where the program counter stands when it has been executed.
#if defined(__x86_64__)
enum { instruction_size = 1, counter_is_behind = 1 };
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.gregs[REG_RIP])
/// int3.
static int is_breakpoint(const uint8_t *instruction) { return instruction[0] == 0xcc; }
/// The kernel's code for int3, in both of its encodings: not for single steps and watchpoints.
static int is_from_breakpoint(int code) { return code == SI_KERNEL; }
#elif defined(__aarch64__)
enum { instruction_size = 4, counter_is_behind = 0 };
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

static int heal(uintptr_t address) {
  uint8_t original[instruction_size], present[instruction_size];
  if (!read_original(address, original) || is_breakpoint(original)) return 0;
  // Writes through it reach text that is mapped read-only: proc_pid_mem(5).
  int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory < 0) return 0;
  int is_healed = 0;
  if (pread(memory, present, instruction_size, (off_t)address) == instruction_size) {
    if (is_breakpoint(present)) {
      is_healed =
          pwrite(memory, original, instruction_size, (off_t)address) == instruction_size;
    } else {
      // Another thread ran into it too, and was faster.
      is_healed = memcmp(present, original, instruction_size) == 0;
    }
  }
  close(memory);
  return is_healed;
}

int slipway_heal_breakpoint(const siginfo_t *info, void *context) {
  if (info->si_signo != SIGTRAP || !is_from_breakpoint(info->si_code)) return 0;
  int saved = errno;
  ucontext_t *registers = context;
  uintptr_t address =
      (uintptr_t)PROGRAM_COUNTER(registers) - (counter_is_behind ? instruction_size : 0);
  int is_healed = heal(address);
#if defined(__x86_64__)
  if (is_healed) PROGRAM_COUNTER(registers) = (greg_t)address;
#endif
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
