/// Children that share nothing with the server but what they are given.
#ifndef SLIPWAY_SHIMS_CHILD_H
#define SLIPWAY_SHIMS_CHILD_H

/// What `slipway_spawn` hands over. The caller owns the three descriptors, which are
/// close-on-exec, and must wait for the process.
struct slipway_child {
  int pid;
  /// Readable once the process has ended; see pidfd_open(2).
  int process;
  /// The read ends of the child's standard output and standard error.
  int output;
  int error;
};

/// Starts `path` in `directory` as the leader of a session of its own, with an empty signal mask,
/// default dispositions, /dev/null as standard input and no other descriptor of ours.
/// 0, or the errno of the step that failed, with nothing left behind.
/// Why C: the file actions for directory and descriptors, POSIX_SPAWN_SETSID, pipe2 and pidfd_open
/// are declared under _GNU_SOURCE, which Swift's Glibc module is built without.
int slipway_spawn(struct slipway_child *_Nonnull child, const char *_Nonnull path,
                  char *_Nullable const *_Nonnull arguments,
                  char *_Nullable const *_Nonnull environment, const char *_Nonnull directory);

/// How many descriptors a helper can be given.
#define SLIPWAY_HELPER_DESCRIPTORS 256

/// Starts `path` in `directory` as `slipway_spawn` does, but with our own standard output and error,
/// and with copies of the `count` descriptors of `inherited` as 3, 4 and so on. Where `conversation`
/// is not negative, it is what the child reads as its standard input and writes as its standard
/// output. 0 with the child's number in `pid`, which the caller must wait for, or an errno with
/// nothing left behind.
/// Why C: as above.
int slipway_spawn_helper(int *_Nonnull pid, const char *_Nonnull path,
                         char *_Nullable const *_Nonnull arguments,
                         char *_Nullable const *_Nonnull environment,
                         const char *_Nonnull directory, int conversation,
                         const int *_Nonnull inherited, int count);

#endif
