#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int slipway_output_pipe(int ends[2]) {
  return pipe2(ends, O_CLOEXEC);
}

long slipway_output_move(int pipe, int journal, long limit) {
  struct stat status;
  if (fstat(journal, &status) < 0) return -1;
  loff_t end = status.st_size;
  ssize_t count;
  do {
    count = splice(pipe, NULL, journal, &end, (size_t)limit, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  } while (count < 0 && errno == EINTR);
  return count < 0 && errno == EAGAIN ? 0 : count;
}

void slipway_output_by_lines(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
}

void slipway_output_flush(int milliseconds) {
  for (int waited = 0; ftrylockfile(stdout) != 0; waited++) {
    if (waited >= milliseconds) return;
    poll(NULL, 0, 1);
  }
  fflush_unlocked(stdout);
  funlockfile(stdout);
}

// The guard: a copy of this process in which nothing runs but what follows.

enum { line_limit = 16 * 1024 };

struct assembler {
  const struct slipway_output_stream *stream;
  const char *name;
  const char *source;
  int is_json;
  size_t count;
  char line[line_limit];
};

static void write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0) {
      if (errno == EAGAIN) {
        struct pollfd wanted = {.fd = descriptor, .events = POLLOUT};
        poll(&wanted, 1, 1000);
      } else if (errno != EINTR) {
        return;
      }
      continue;
    }
    bytes += written;
    count -= (size_t)written;
  }
}

/// The length of the UTF-8 sequence at `bytes`, or 0.
static size_t sequence(const unsigned char *bytes, size_t count) {
  unsigned char first = bytes[0];
  size_t length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2
                  : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (length == 0 || length > count) return 0;
  for (size_t index = 1; index < length; index++) {
    if ((bytes[index] & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && bytes[1] < 0xa0) return 0;
  if (first == 0xed && bytes[1] >= 0xa0) return 0;
  if (first == 0xf0 && bytes[1] < 0x90) return 0;
  if (first == 0xf4 && bytes[1] >= 0x90) return 0;
  return length;
}

/// Writes text with everything escaped that is no text: six bytes at most for each of its own.
static size_t escape(char *out, const char *text, size_t count, int is_json) {
  const unsigned char *bytes = (const unsigned char *)text;
  char *start = out;
  for (size_t index = 0; index < count;) {
    size_t length = sequence(bytes + index, count - index);
    // C1 controls are two bytes: c2 80 to c2 9f.
    int is_control = length == 1 ? bytes[index] < 0x20 || bytes[index] == 0x7f
                                 : length == 2 && bytes[index] == 0xc2 && bytes[index + 1] < 0xa0;
    if (length == 0) {
      out += sprintf(out, "%s", "\xef\xbf\xbd");
      length = 1;
    } else if (is_json && length == 1 && (bytes[index] == '"' || bytes[index] == '\\')) {
      *out++ = '\\';
      *out++ = (char)bytes[index];
    } else if (is_control) {
      out += sprintf(out, is_json ? "\\u%04x" : "\\x%02x", bytes[index + length - 1]);
    } else {
      memcpy(out, bytes + index, length);
      out += length;
    }
    index += length;
  }
  return (size_t)(out - start);
}

static void show(struct assembler *assembler) {
  static char out[6 * line_limit + 6 * 1024 + 256];
  struct timespec now;
  struct tm parts;
  size_t count = assembler->count;
  size_t length = 0;
  assembler->count = 0;
  if (assembler->stream->is_raw) {
    write_all(assembler->stream->terminal, assembler->line, count);
    write_all(assembler->stream->terminal, "\n", 1);
    return;
  }
  if (count > 0 && assembler->line[count - 1] == '\r') count--;
  clock_gettime(CLOCK_REALTIME, &now);
  if (assembler->is_json) {
    gmtime_r(&now.tv_sec, &parts);
    length = strftime(out, 64, "{\"time\":\"%Y-%m-%dT%H:%M:%S", &parts);
    length += (size_t)sprintf(out + length,
                              ".%03ldZ\",\"event\":\"application-output\",\"stream\":\"%s\","
                              "\"source\":\"",
                              now.tv_nsec / 1000000, assembler->name);
    length += escape(out + length, assembler->source, strlen(assembler->source), 1);
    length += (size_t)sprintf(out + length, "\",\"message\":\"");
    length += escape(out + length, assembler->line, count, 1);
    length += (size_t)sprintf(out + length, "\"}\n");
  } else {
    localtime_r(&now.tv_sec, &parts);
    length = strftime(out, 64, "%H:%M:%S  ", &parts);
    length += (size_t)sprintf(out + length, "%-10s", assembler->name);
    length += escape(out + length, assembler->source, strlen(assembler->source), 0);
    length += (size_t)sprintf(out + length, ": ");
    length += escape(out + length, assembler->line, count, 0);
    length += (size_t)sprintf(out + length, "\n");
  }
  write_all(assembler->stream->terminal, out, length);
}

static void take(struct assembler *assembler, const char *bytes, size_t count) {
  for (size_t index = 0; index < count; index++) {
    if (bytes[index] == '\n') {
      show(assembler);
    } else {
      if (assembler->count == line_limit) show(assembler);
      assembler->line[assembler->count++] = bytes[index];
    }
  }
}

/// Shows what is in journals and pipes, until nobody is left who could write.
static void show_last_words(const struct slipway_output_stream *streams, const char *source,
                            int is_json) {
  static struct assembler assemblers[2];
  static char buffer[line_limit];
  struct pollfd wanted[2];
  for (int index = 0; index < 2; index++) {
    struct assembler *assembler = &assemblers[index];
    assembler->stream = &streams[index];
    assembler->name = index == 0 ? "stdout" : "stderr";
    assembler->source = source;
    assembler->is_json = is_json;
    ssize_t count;
    off_t offset = 0;
    while ((count = pread(streams[index].journal, buffer, sizeof buffer, offset)) > 0) {
      take(assembler, buffer, (size_t)count);
      offset += count;
    }
    wanted[index] = (struct pollfd){.fd = streams[index].pipe, .events = POLLIN};
  }
  while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
    if (poll(wanted, 2, -1) < 0 && errno != EINTR) break;
    for (int index = 0; index < 2; index++) {
      if (wanted[index].fd < 0 || wanted[index].revents == 0) continue;
      ssize_t count = read(wanted[index].fd, buffer, sizeof buffer);
      if (count > 0) take(&assemblers[index], buffer, (size_t)count);
      else if (count == 0 || errno != EINTR) wanted[index].fd = -1;
      if (wanted[index].fd < 0 && assemblers[index].count > 0) show(&assemblers[index]);
    }
  }
}

static int compare(const void *one, const void *other) {
  return *(const int *)one - *(const int *)other;
}

static void guard(const struct slipway_output_stream *streams, const char *source, int is_json,
                  int server) {
  int kept[] = {streams[0].terminal, streams[0].pipe, streams[0].journal, streams[1].terminal,
                streams[1].pipe,     streams[1].journal, server};
  size_t count = sizeof kept / sizeof kept[0];
  unsigned int next = 0;
  setsid();
  prctl(PR_SET_NAME, "slipway-guard");
  if (chdir("/") < 0) return;
  // The write ends of the pipes are among what is closed: else there would be no end.
  qsort(kept, count, sizeof kept[0], compare);
  for (size_t index = 0; index < count; index++) {
    unsigned int number = (unsigned int)kept[index];
    if (number > next) syscall(SYS_close_range, next, number - 1, 0U);
    next = number + 1;
  }
  syscall(SYS_close_range, next, ~0U, 0U);

  struct pollfd death = {.fd = server, .events = POLLIN};
  while (poll(&death, 1, -1) < 0 && errno == EINTR) {}
  show_last_words(streams, source, is_json);
}

int slipway_output_guard(const struct slipway_output_stream streams[2], const char *source,
                         int is_json) {
  int server = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (server < 0) return errno;
  sigset_t all, before;
  sigfillset(&all);
  // For good in the guard: what is sent to the server's group is not meant for it.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int code = 0;
  pid_t child = fork();
  if (child == 0) {
    // Twice, so that no wait(2) of the application ever waits for the guard.
    pid_t grandchild = fork();
    if (grandchild == 0) guard(streams, source, is_json, server);
    _exit(grandchild < 0 ? 1 : 0);
  }
  if (child < 0) {
    code = errno;
  } else {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (status != 0) code = EAGAIN;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(server);
  return code;
}
