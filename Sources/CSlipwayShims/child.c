#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// The standard streams where they are given, then `inherited` from 3 up, nothing else.
static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                   const char *directory, int input, int output, int error, const int *inherited,
                   int count) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int code = input >= 0 ? posix_spawn_file_actions_adddup2(actions, input, 0)
                        : posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (!code && output >= 0) code = posix_spawn_file_actions_adddup2(actions, output, 1);
  if (!code && error >= 0) code = posix_spawn_file_actions_adddup2(actions, error, 2);
  for (int i = 0; !code && i < count; i++) {
    code = posix_spawn_file_actions_adddup2(actions, inherited[i], 3 + i);
  }
  if (!code) code = posix_spawn_file_actions_addclosefrom_np(actions, 3 + count);
  if (!code) code = posix_spawn_file_actions_addchdir_np(actions, directory);
  if (!code) code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (!code) {
    code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  return code;
}

static int start(int *pid, const char *path, char *const *arguments, char *const *environment,
                 const char *directory, int input, int output, int error, const int *inherited,
                 int count) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = prepare(&actions, &attributes, directory, input, output, error, inherited, count);
    if (!code) code = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

static int start_watched(struct slipway_child *child, const char *path, char *const *arguments,
                         char *const *environment, const char *directory, int output, int error) {
  int code =
      start(&child->pid, path, arguments, environment, directory, -1, output, error, NULL, 0);
  if (code) return code;
  child->process = (int)syscall(SYS_pidfd_open, child->pid, 0);
  if (child->process >= 0) return 0;
  code = errno;
  kill(child->pid, SIGKILL);
  waitpid(child->pid, NULL, 0);
  return code;
}

int slipway_spawn(struct slipway_child *child, const char *path, char *const *arguments,
                  char *const *environment, const char *directory) {
  int output[2], error[2];
  if (pipe2(output, O_CLOEXEC) < 0) return errno;
  if (pipe2(error, O_CLOEXEC) < 0) {
    int code = errno;
    close(output[0]);
    close(output[1]);
    return code;
  }
  int code = start_watched(child, path, arguments, environment, directory, output[1], error[1]);
  close(output[1]);
  close(error[1]);
  if (code) {
    close(output[0]);
    close(error[0]);
    return code;
  }
  child->output = output[0];
  child->error = error[0];
  return 0;
}

int slipway_spawn_helper(int *pid, const char *path, char *const *arguments,
                         char *const *environment, const char *directory, int conversation,
                         const int *inherited, int count) {
  if (count > SLIPWAY_HELPER_DESCRIPTORS) return EMFILE;
  // Copies with high numbers: no dup2 of the list may overwrite what a later one is to copy.
  int copies[SLIPWAY_HELPER_DESCRIPTORS];
  int made = 0, code = 0;
  while (made < count && !code) {
    int copy = fcntl(inherited[made], F_DUPFD_CLOEXEC, 3 + count);
    if (copy < 0) {
      code = errno;
    } else {
      copies[made++] = copy;
    }
  }
  if (!code) {
    code = start(pid, path, arguments, environment, directory, conversation, conversation, -1,
                 copies, count);
  }
  while (made > 0) close(copies[--made]);
  return code;
}
